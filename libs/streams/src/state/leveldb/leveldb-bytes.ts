import { existsSync } from 'node:fs';
import { Level } from 'level';
import { crc32c, StateError } from '@ouzel/core';
import { byteString, bytesOf, type ByteString } from '../rows/byte-string.js';
import type { ByteBatch, ByteStore } from '../database/byte-store.js';
import type { DatabaseRowCache, RowCache } from '../cache/row-cache.js';
import { StoredValue, type Row, type RowRange } from '../rows/rows.js';
import { Scan } from '../rows/scan.js';

/** `level` leaves this method of LevelDB out of its types, because browsers lack it. */
type Database = Level<Buffer, Buffer> & { approximateSize(start: Buffer, end: Buffer): Promise<number> };

/** Rows asked for at a time by a scan: few at first, because many a scan ends early. */
const firstRows = 32;
const mostRows = 1_024;
/** Rows put into a batch before others have their turn. */
const rowsPerTurn = 4_096;
/** Counts: exact up to here, else estimated from sizes. */
const countedRows = 200_000;
const countedBytes = 1024 * 1024;
/** LevelDB's log holds at most two of these. */
export const writeBufferSize = 4 * 1024 * 1024;
const options = {
  keyEncoding: 'buffer',
  valueEncoding: 'buffer',
  compression: false,
  writeBufferSize,
  cacheSize: 8 * 1024 * 1024,
} as const;

/**
 * Rows in LevelDB. A stored value carries its checksum, over the key too, because LevelDB hands out damaged blocks without an error:
 *
 *   crc32c( key | payload ), uint32 | payload
 */
export class LevelBytes implements ByteStore {
  private readonly counts = new Map<string, number>();
  private cached: DatabaseRowCache;
  /** Where a value is put together before LevelDB copies it. */
  private scratch = Buffer.allocUnsafe(4 * 1024);

  private constructor(
    private readonly db: Database,
    private readonly cache: RowCache,
    private readonly location: string,
    private readonly turn: () => Promise<void>,
  ) {
    this.cached = cache.open();
  }

  /**
   * `turn` resolves when others had their turn; it is called while large batches are put together. Throws StateError OUZEL_STATE_LOCKED when another process has
   * the folder, OUZEL_STATE_CORRUPT when it can not be opened.
   */
  static async open(location: string, cache: RowCache, turn: () => Promise<void>): Promise<LevelBytes> {
    // An existing database without its CURRENT file would open empty and silently so: only a new folder may be filled.
    const db = new Level<Buffer, Buffer>(location, { ...options, createIfMissing: !existsSync(location) }) as Database;
    try {
      await db.open();
    } catch (cause) {
      const reason = (cause as { cause?: { code?: string } }).cause?.code;
      if (reason === 'LEVEL_LOCKED')
        throw new StateError('OUZEL_STATE_LOCKED', {
          what: 'the state is in use',
          where: location,
          help: 'Give every instance a state directory of its own.',
          cause,
        });
      throw new StateError('OUZEL_STATE_CORRUPT', { what: 'the state can not be opened', where: location, cause });
    }
    return new LevelBytes(db, cache, location, turn);
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
    // Made now, not at the first step: an iterator shows the database as it was when it was made.
    const iterator = this.db.iterator({ ...bounds(range), reverse: range.reverse === true, highWaterMarkBytes: 1024 * 1024 });
    return new Scan(this.walk(iterator), () => iterator.close());
  }

  async write({ changes, discarded }: ByteBatch): Promise<number> {
    const batch = this.db.batch();
    let rows = 0;
    let written = 0;
    try {
      for (const [key, value] of changes) {
        const bytes = bytesOf(key);
        const payload = value?.encode();
        // Others are decoded anew when they are read, and their stores keep what they decoded.
        this.cached.set(key, value instanceof StoredValue ? value.payload : null);
        if (payload === undefined) batch.del(bytes);
        else batch.put(bytes, this.sealed(bytes, payload));
        written += bytes.length + (payload === undefined ? 0 : 4 + payload.length);
        if (++rows % rowsPerTurn === 0) await this.turn();
      }
      await batch.write();
      for (const range of discarded) await this.db.clear(bounds(range));
      return written;
    } catch (cause) {
      // It may show what was not written.
      this.cached = this.cache.open();
      throw this.failure(cause);
    } finally {
      await batch.close();
    }
  }

  /** As it was when `count` was called last: LevelDB keeps no counts. */
  approximateCount({ from = '' }: RowRange): number {
    return this.counts.get(from) ?? 0;
  }

  /** Counts the rows in a range, or estimates their number where they are many. */
  async count(range: RowRange): Promise<void> {
    const { gte, lt } = bounds(range);
    const size = await this.db.approximateSize(gte ?? Buffer.alloc(0), lt ?? Buffer.alloc(8, 0xff));
    const sample = size < countedBytes ? countedRows : 1_000;
    let rows = 0;
    let bytes = 0;
    for await (const [key, value] of this.db.iterator({ ...bounds(range), limit: sample })) {
      rows++;
      bytes += key.length + value.length;
    }
    this.counts.set(range.from ?? '', rows < sample ? rows : Math.max(rows, Math.round((size * rows) / bytes)));
  }

  async close(): Promise<void> {
    await this.db.close();
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
    if (stored.length < 4 || stored.readUInt32BE(0) !== crc32c(stored, 4, stored.length, crc32c(key))) throw this.damaged();
    return new StoredValue(stored.subarray(4));
  }

  private sealed(key: Buffer, payload: Buffer): Buffer {
    const length = 4 + payload.length;
    if (length > this.scratch.length) this.scratch = Buffer.allocUnsafe(2 * length);
    const { scratch } = this;
    payload.copy(scratch, 4);
    scratch.writeUInt32BE(crc32c(payload, 0, payload.length, crc32c(key)), 0);
    return scratch.subarray(0, length);
  }

  private failure(cause: unknown): StateError {
    if (cause instanceof StateError) return cause;
    const code = (cause as { code?: string }).code;
    return code === 'LEVEL_CORRUPTION'
      ? this.damaged(cause)
      : new StateError('OUZEL_STATE', { what: `LevelDB failed: ${(cause as Error).message}`, where: this.location, cause });
  }

  private damaged(cause?: unknown): StateError {
    return new StateError('OUZEL_STATE_CORRUPT', { what: 'a stored value is damaged', where: this.location, cause });
  }
}

function bounds({ from, to }: RowRange): { gte?: Buffer; lt?: Buffer } {
  return { ...(from === undefined ? {} : { gte: bytesOf(from) }), ...(to === undefined ? {} : { lt: bytesOf(to) }) };
}
