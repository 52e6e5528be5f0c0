import type { StateError } from '@ouzel/core';
import type { ByteString } from './byte-string.js';
import type { RowCopies } from './row-copies.js';
import type { Row, RowRange, RowValue } from './rows.js';

/** The changes that one commit makes to the rows of a task. A key is the prefix of a store and the key of its row. */
export interface ByteBatch {
  /** Rows to put, or to delete where the value is null. */
  readonly changes: Iterable<Row<RowValue | null>>;
  /** Ranges that are never read again: they are removed when convenient. */
  readonly discarded: readonly RowRange[];
  /** Rows that `copies` of the same store has got; `changes` replace them. Default: none. */
  readonly copied?: RowCopies | undefined;
}

/** How large a range is, estimated. */
export interface Extent {
  readonly rows: number;
  /** On disk. 0 where the rows are in memory. */
  readonly bytes: number;
}

/** The durable rows of one task: a sorted map of bytes. LevelDB, or a map in memory. */
export interface ByteStore {
  /** Set once damage was found, because the code that read the damaged row may have hidden the error. */
  readonly damage?: StateError | undefined;
  get(key: ByteString): RowValue | undefined;
  /** Returns the rows in order, as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row>;
  /** Returns what `scan` does, at once; only where the rows are in memory. */
  list?(range: RowRange): Row[];
  /**
   * Begins to copy rows whose keys begin with a prefix, for a batch that is written next; only where the rows are on
   * disk.
   */
  copies?(prefix: ByteString): RowCopies;
  /** Writes all of the batch or nothing. Returns how many bytes that took. */
  write(batch: ByteBatch): Promise<number>;
  /** Returns how many rows there were when `count` was called for this range last. */
  approximateCount(range: RowRange): number;
  /** Brings `approximateCount` of a range up to date. */
  count(range: RowRange): Promise<void>;
  /** Estimates how large a range is, at little cost. */
  extent(range: RowRange): Promise<Extent>;
  close(): Promise<void>;
}
