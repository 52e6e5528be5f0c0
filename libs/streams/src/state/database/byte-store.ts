import type { ByteString } from '../rows/byte-string.js';
import type { Row, RowRange, RowValue } from '../rows/rows.js';

/** What one commit does to a task's rows. Keys are whole: store prefix and key. */
export interface ByteBatch {
  /** Rows to put, or to delete where the value is null. */
  readonly changes: Iterable<Row<RowValue | null>>;
  /** Ranges that nobody reads any more: removed when convenient. */
  readonly discarded: readonly RowRange[];
}

/** The durable rows of one task: a sorted map of bytes. LevelDB, or a map in memory. */
export interface ByteStore {
  get(key: ByteString): RowValue | undefined;
  /** The rows as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row>;
  /** `scan` at once; only where the rows are in memory. */
  list?(range: RowRange): Row[];
  /** All or nothing. Answers how many bytes it took. */
  write(batch: ByteBatch): Promise<number>;
  approximateCount(range: RowRange): number;
  /** Brings `approximateCount` of a range up to date. */
  count(range: RowRange): Promise<void>;
  close(): Promise<void>;
}
