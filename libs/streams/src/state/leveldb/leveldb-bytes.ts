import { existsSync } from 'node:fs';
import { Level } from 'level';
import { crc32c } from '../../bytes/crc32c.js';
import { StateError } from '../../errors/index.js';
import type { ByteBatch, ByteStore } from '../byte-store.js';
import type { Row, RowRange } from '../rows.js';

type Database = Level<Buffer, Buffer>;
const scanRows = 1_000;

/**
 * Rows in LevelDB. A stored value carries its checksum, over the key too, because LevelDB hands out damaged blocks without an error:
 *
 *   crc32c( key | payload ), uint32 | payload
 */
export class LevelBytes implements ByteStore {
  private constructor(
    private readonly db: Database,
    private readonly location: string,
  ) {}

  /** Throws StateError OUZEL_STATE_LOCKED when another process has it, OUZEL_STATE_CORRUPT when it can not be opened. */
  static async open(location: string): Promise<LevelBytes> {
    // An existing database without its CURRENT file would open empty and silently so: only a new folder may be filled.
    const createIfMissing = !existsSync(location);
    const db = new Level<Buffer, Buffer>(location, { keyEncoding: 'buffer', valueEncoding: 'buffer', createIfMissing, compression: false, writeBufferSize: 16 * 1024 * 1024, cacheSize: 32 * 1024 * 1024 });
    try {
      await db.open();
    } catch (cause) {
      const reason = (cause as { cause?: { code?: string } }).cause?.code;
      if (reason === 'LEVEL_LOCKED') throw new StateError('OUZEL_STATE_LOCKED', { what: 'the state is in use', where: location, help: 'Give every instance a state directory of its own.', cause });
      throw new StateError('OUZEL_STATE_CORRUPT', { what: 'the state can not be opened', where: location, cause });
    }
    return new LevelBytes(db, location);
  }

  get(key: Buffer): Buffer | undefined {
    const stored = this.guarded(() => this.db.getSync(key) as Buffer | undefined);
    return stored === undefined ? undefined : this.unsealed(key, stored);
  }

  scan({ from, to, reverse = false }: RowRange): AsyncIterable<Row> {
    // Made now, not at the first step: an iterator shows the database as it was when it was made.
    const iterator = this.db.iterator({ ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }), reverse, highWaterMarkBytes: 1024 * 1024 });
    return this.walk(iterator);
  }

  async write({ puts, deletes, discarded }: ByteBatch): Promise<void> {
    const operations: ({ type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer })[] = [];
    for (const [key, value] of puts) operations.push({ type: 'put', key, value: seal(key, value) });
    for (const key of deletes) operations.push({ type: 'del', key });
    try {
      await this.db.batch(operations);
      for (const { from, to } of discarded) await this.db.clear({ ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lt: to }) });
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  /** A guess, as RocksDB's is: LevelDB keeps no count. */
  approximateCount(): number {
    return 0;
  }

  async close(): Promise<void> {
    await this.db.close();
  }

  private async *walk(iterator: { nextv(size: number): Promise<[Buffer, Buffer][]>; close(): Promise<void> }): AsyncGenerator<Row> {
    try {
      for (let rows = await iterator.nextv(scanRows); rows.length > 0; rows = await iterator.nextv(scanRows)) {
        for (const [key, stored] of rows) yield [key, this.unsealed(key, stored)];
      }
    } catch (cause) {
      throw this.failure(cause);
    } finally {
      await iterator.close();
    }
  }

  private unsealed(key: Buffer, stored: Buffer): Buffer {
    if (stored.length < 4 || stored.readUInt32BE(0) !== crc32c(stored, 4, stored.length, crc32c(key))) throw this.damaged();
    return stored.subarray(4);
  }

  private guarded<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw this.failure(cause);
    }
  }

  private failure(cause: unknown): StateError {
    if (cause instanceof StateError) return cause;
    const code = (cause as { code?: string }).code;
    return code === 'LEVEL_CORRUPTION' ? this.damaged(cause) : new StateError('OUZEL_STATE', { what: `LevelDB failed: ${(cause as Error).message}`, where: this.location, cause });
  }

  private damaged(cause?: unknown): StateError {
    return new StateError('OUZEL_STATE_CORRUPT', { what: 'a stored value is damaged', where: this.location, cause });
  }
}

function seal(key: Buffer, payload: Buffer): Buffer {
  const stored = Buffer.allocUnsafe(4 + payload.length);
  payload.copy(stored, 4);
  stored.writeUInt32BE(crc32c(payload, 0, payload.length, crc32c(key)), 0);
  return stored;
}
