import { Level } from 'level';
import type { StateError } from '@ouzel/core';
import { byteString, bytesOf, type ByteString } from '../rows/byte-string.js';
import type { ByteBatch, ByteStore, Extent } from '../rows/byte-store.js';
import type { DatabaseRowCache, RowCache } from '../cache/row-cache.js';
import { StoredValue, type Row, type RowRange } from '../rows/rows.js';
import { Scan } from '../rows/scan.js';
import { Damage } from './damage.js';
import { DatabaseFiles } from './database-files.js';
import { stateFailure } from './failure.js';
import { sealBytes, SealedBatch, sealOf } from './sealed-batch.js';

/** `level` leaves this method out of its types, because browsers lack it. */
type Database = Level<Buffer, Buffer> & { approximateSize(start: Buffer, end: Buffer): Promise<number> };

/** Rows that a scan asks for at a time: few at first, because many scans end early. */
const firstRows = 32;
const mostRows = 1_024;
/** Rows that are put into a batch before other work has its turn. */
const rowsPerTurn = 4_096;
/** Up to this many rows and bytes a count is exact; beyond, it is estimated from sizes. */
const countedRows = 200_000;
/** How many rows an estimate reads at most. */
const sampledRows = 10_000;
const countedBytes = 1024 * 1024;
/** Size of LevelDB's write buffer, bytes. Its log holds at most two of them. */
export const writeBufferSize = 4 * 1024 * 1024;
const levelOptions = {
  keyEncoding: 'buffer',
  valueEncoding: 'buffer',
  compression: false,
  writeBufferSize,
  cacheSize: 8 * 1024 * 1024,
} as const;

export interface LevelOptions {
  readonly location: string;
  /**
   * Tells the rows of this database from those of others: two databases with the same key and value do not store the
   * same checksum.
   */
  readonly seed: number;
  readonly cache: RowCache;
  /**
   * Resolves when other work has had its turn. Called while files are checked and while large batches are put together.
   */
  readonly turn: () => Promise<void>;
}

/**
 * Rows in LevelDB. A stored value carries its checksum, over the key too, because LevelDB hands out damaged blocks
 * without an error:
 *
 *   crc32c( seed of the database, key | payload ), uint32 | payload
 *
 * Every method throws StateErrors; `stateFailure` says which.
 */
export class LevelBytes implements ByteStore {
  /** The first damage that was found; undefined while none was. */
  damage: StateError | undefined;
  /**
   * The first write that failed. LevelDB's log may end within a batch since, and what followed would be lost with it.
   */
  private writeFailure: StateError | undefined;
  private readonly counts = new Map<string, number>();
  private cached: DatabaseRowCache;

  private constructor(
    private readonly db: Database,
    private readonly options: LevelOptions,
  ) {
    this.cached = options.cache.open();
  }

  /** Opens the database once its files are checked, or makes it where there is none. */
  static async open(options: LevelOptions): Promise<LevelBytes> {
    const { location, seed, turn } = options;
    try {
      const files = new DatabaseFiles(location, (key, stored) => isSealed(key, stored, seed), turn);
      // An existing database without its CURRENT file would open empty and silently so: only a new folder may be
      // filled.
      if (await files.isNew()) return new LevelBytes(await openLevel(location, true), options);
      await files.check();
      return new LevelBytes(await openNoted(location, files), options);
    } catch (thrown) {
      throw stateFailure(thrown, location);
    }
  }

  get(key: ByteString): StoredValue | undefined {
    const cached = this.cached.get(key);
    if (cached !== undefined) return new StoredValue(cached);
    const bytes = bytesOf(key);
    try {
      const stored = this.db.getSync<Buffer, Buffer>(bytes, {});
      if (stored === undefined) return undefined;
      const value = this.unsealed(bytes, stored);
      this.cached.set(key, value.payload);
      return value;
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  scan(range: RowRange): AsyncIterable<Row> {
    // The iterator is made now, not at the first step: it shows the database as it is when it is made.
    const iterator = this.db.iterator({ ...bounds(range), reverse: range.reverse === true, highWaterMarkBytes: 1024 * 1024 });
    return new Scan(this.walk(iterator), () => iterator.close());
  }

  copies(prefix: ByteString): SealedBatch {
    if (this.writeFailure !== undefined) throw this.writeFailure;
    try {
      return new SealedBatch(this.db.batch(), this.options.seed, prefix);
    } catch (thrown) {
      throw this.failure(thrown);
    }
  }

  async write({ changes, discarded, copied }: ByteBatch): Promise<number> {
    const batch = (copied as SealedBatch | undefined) ?? this.copies('');
    let rows = 0;
    try {
      for (const [key, value] of changes) {
        const payload = value?.encode();
        // Other values are decoded by their stores, which keep what they decoded.
        this.cached.set(key, value instanceof StoredValue ? value.payload : null);
        batch.change(key, payload);
        if (++rows % rowsPerTurn === 0) await this.options.turn();
      }
      await batch.write();
      // Copied rows are not cached, and the cache may show those that they have replaced.
      if (copied !== undefined) this.cached = this.options.cache.open();
      for (const range of discarded) await this.db.clear(bounds(range));
      return batch.bytes;
    } catch (thrown) {
      // The cache may show what was not written.
      this.cached = this.options.cache.open();
      throw (this.writeFailure = this.failure(thrown));
    } finally {
      await batch.close();
    }
  }

  /** Returns the number that `count` found last. LevelDB keeps none itself. */
  approximateCount({ from = '' }: RowRange): number {
    return this.counts.get(from) ?? 0;
  }

  /** Counts the rows of a range, or estimates their number where there are many. */
  async count(range: RowRange): Promise<void> {
    try {
      this.counts.set(range.from ?? '', await this.countOf(range, await this.sizeOf(range), countedRows));
    } catch (thrown) {
      throw this.failure(thrown);
    }
  }

  async extent(range: RowRange): Promise<Extent> {
    const bytes = await this.sizeOf(range);
    return { rows: await this.countOf(range, bytes, sampledRows), bytes };
  }

  async close(): Promise<void> {
    await this.db.close();
  }

  /** Returns the bytes of a range on disk. Rows that LevelDB has in memory only are not among them. */
  private sizeOf(range: RowRange): Promise<number> {
    const { gte, lt } = bounds(range);
    return this.db.approximateSize(gte ?? Buffer.alloc(0), lt ?? Buffer.alloc(8, 0xff));
  }

  private async countOf(range: RowRange, size: number, mostRows: number): Promise<number> {
    const sample = size < countedBytes ? mostRows : 1_000;
    let rows = 0;
    let bytes = 0;
    for await (const [key, value] of this.db.iterator({ ...bounds(range), limit: sample })) {
      rows++;
      bytes += key.length + value.length;
    }
    return rows < sample ? rows : Math.max(rows, Math.round((size * rows) / bytes));
  }

  private async *walk(iterator: { nextv(size: number): Promise<[Buffer, Buffer][]>; close(): Promise<void> }): AsyncGenerator<Row> {
    try {
      let size = firstRows;
      for (let rows = await iterator.nextv(size); rows.length > 0; rows = await iterator.nextv(size)) {
        for (const [key, stored] of rows) yield [byteString(key), this.unsealed(key, stored)];
        size = Math.min(mostRows, 2 * size);
      }
    } catch (cause) {
      throw this.failure(cause);
    } finally {
      await iterator.close();
    }
  }

  private unsealed(key: Buffer, stored: Buffer): StoredValue {
    if (!isSealed(key, stored, this.options.seed)) throw new Damage('a stored value is damaged, or of another database');
    return new StoredValue(stored.subarray(sealBytes));
  }

  private failure(thrown: unknown): StateError {
    const failure = stateFailure(thrown, this.options.location);
    if (failure.code === 'OUZEL_STATE_CORRUPT') this.damage ??= failure;
    return failure;
  }
}

/** Opens an existing database, and notes that LevelDB did not end the process by that. */
async function openNoted(location: string, files: DatabaseFiles): Promise<Database> {
  await files.opening();
  const [opened] = await Promise.allSettled([openLevel(location, false)]);
  try {
    await files.opened();
  } catch (thrown) {
    if (opened.status === 'fulfilled') await opened.value.close();
    throw thrown;
  }
  if (opened.status === 'rejected') throw opened.reason;
  return opened.value;
}

async function openLevel(location: string, createIfMissing: boolean): Promise<Database> {
  const db = new Level<Buffer, Buffer>(location, { ...levelOptions, createIfMissing }) as Database;
  await db.open();
  return db;
}

function isSealed(key: Buffer, stored: Buffer, seed: number): boolean {
  return stored.length >= sealBytes && stored.readUInt32BE(0) === sealOf(key, stored, seed);
}

function bounds({ from, to }: RowRange): { gte?: Buffer; lt?: Buffer } {
  return { ...(from === undefined ? {} : { gte: bytesOf(from) }), ...(to === undefined ? {} : { lt: bytesOf(to) }) };
}
