import { VarintReader } from '@ouzel/core';
import { Damage } from './damage.js';
import { logRecords } from './log-records.js';

/** The files that a database consists of. */
export interface LiveFiles {
  /** Tables by their number, with their sizes in bytes. */
  readonly tables: ReadonlyMap<number, number>;
  /** Logs with this number or a higher one hold what is not in tables yet. 0: there is none. */
  readonly firstLog: number;
}

/**
 * Returns what a manifest says: each record is a change of the set of files (VersionEdit), as fields, each behind its
 * tag. Numbers are unsigned varints, texts and keys have their length in front:
 *
 *   1 comparator | 2 log number | 3 next file number | 4 last sequence | 9 previous log number
 *   5 level, key                                      where the next compaction of a level begins
 *   6 level, number                                   a table that is no longer part
 *   7 level, number, size, first key, last key        a table that is part from now on
 *
 * Throws Damage.
 */
export function liveFiles(manifest: Buffer, name: string): LiveFiles {
  const tables = new Map<number, number>();
  let firstLog = 0;
  const records = logRecords(manifest, name);
  if (records.length === 0) throw new Damage(`${name} is empty`);
  for (const record of records) {
    const fields = new VarintReader(record);
    const skipText = () => (fields.at = fields.unsignedLong() + fields.at);
    while (fields.at < record.length) {
      const tag = fields.unsigned();
      if (tag === 1) skipText();
      else if (tag === 2) firstLog = fields.unsignedLong();
      else if (tag === 3 || tag === 4 || tag === 9) fields.unsignedLong();
      else if (tag === 5) {
        fields.unsigned();
        skipText();
      } else if (tag === 6) {
        fields.unsigned();
        tables.delete(fields.unsignedLong());
      } else if (tag === 7) {
        fields.unsigned();
        tables.set(fields.unsignedLong(), fields.unsignedLong());
        skipText();
        skipText();
      } else throw new Damage(`${name} is damaged`);
    }
  }
  return { tables, firstLog };
}
