import type { LogRecord, PartitionLog } from './log.js';

/** A record as it lies in a partition, with what its batch says of its transaction. */
export interface RawRecord extends LogRecord {
  /** The producer of its transaction; undefined where it is in none. */
  readonly transactionOf: string | undefined;
  /** How it ends the transaction of its producer; undefined: it is a record of the program. */
  readonly marker: 'commit' | 'abort' | undefined;
}

/**
 * Tells apart what was committed and what was aborted, by the markers that end transactions: a record is committed when
 * the next marker of its producer says so. Throws where offsets are missing, because they may have been markers.
 */
export function partitionLog(records: readonly RawRecord[], isReadToTheEnd: boolean): PartitionLog {
  const committed: LogRecord[] = [];
  const written: LogRecord[] = [];
  const open = new Map<string, LogRecord[]>();
  records.forEach(({ transactionOf, marker, ...record }, i) => {
    if (record.offset !== (records[0]?.offset ?? 0) + i) throw new Error(`the reader left out records before offset ${record.offset}`);
    if (marker === undefined) written.push(record);
    if (transactionOf === undefined) return void committed.push(record);
    const transaction = open.get(transactionOf) ?? [];
    open.set(transactionOf, marker === undefined ? [...transaction, record] : []);
    if (marker === 'commit') committed.push(...transaction);
  });
  // Transactions of several producers are committed in another order than they are written.
  committed.sort((one, other) => one.offset - other.offset);
  return { committed, written, isStable: isReadToTheEnd && [...open.values()].every((left) => left.length === 0) };
}
