import type { Row, RowRange } from './rows.js';

/** What one commit does to a task's rows. Keys are whole: store prefix and key. */
export interface ByteBatch {
  readonly puts: readonly Row[];
  readonly deletes: readonly Buffer[];
  /** Ranges that nobody reads any more: removed when convenient. */
  readonly discarded: readonly RowRange[];
}

/** The durable rows of one task: a sorted map of bytes. LevelDB, or a map in memory. */
export interface ByteStore {
  get(key: Buffer): Buffer | undefined;
  /** The rows as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row>;
  /** All or nothing. */
  write(batch: ByteBatch): Promise<void>;
  approximateCount(range: RowRange): number;
  close(): Promise<void>;
}
