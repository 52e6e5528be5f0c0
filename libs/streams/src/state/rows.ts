/** One row: key without the store's prefix, and payload. */
export type Row = readonly [key: Buffer, value: Buffer];

export interface RowRange {
  /** Inclusive. */
  readonly from?: Buffer;
  /** Exclusive. */
  readonly to?: Buffer;
  readonly reverse?: boolean;
}

/**
 * The rows of one store, as its semantics see them: a sorted map of bytes that shows what was written but not committed yet.
 * Implemented by the write buffer over LevelDB or a sorted map. Keys and values are copied on put.
 */
export interface Rows {
  get(key: Buffer): Buffer | undefined;
  put(key: Buffer, value: Buffer): void;
  delete(key: Buffer): void;
  /** The rows as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row>;
  /** Rows in this range are never asked for again: they may be removed when convenient. */
  discard(range: RowRange): void;
  /** Counted where that is cheap, else estimated. */
  approximateCount(): number;
}
