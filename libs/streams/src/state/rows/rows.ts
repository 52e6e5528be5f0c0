import type { DecodedShare } from './decoded-budget.js';
import type { ByteString } from './byte-string.js';

/**
 * The value of a row: bytes, or something that becomes bytes when a commit writes it. It is never changed once it was
 * put.
 */
export interface RowValue {
  /** Estimate of what it costs in memory, bytes. */
  readonly size: number;
  encode(): Buffer;
}

/** Stored bytes, and the value that was decoded from them where reads may share it. */
export class StoredValue implements RowValue {
  constructor(
    readonly payload: Buffer,
    public decoded: unknown = undefined,
  ) {}

  get size(): number {
    return this.payload.length;
  }

  encode(): Buffer {
    return this.payload;
  }
}

/** One row: the key without the store's prefix, and the value. */
export type Row<V = RowValue> = readonly [key: ByteString, value: V];

export interface RowRange {
  /** Inclusive. */
  readonly from?: ByteString | undefined;
  /** Exclusive. */
  readonly to?: ByteString | undefined;
  readonly reverse?: boolean;
}

/**
 * The rows of one store, as its semantics see them: a sorted map of bytes that also shows what is not committed yet.
 * The write buffer implements it, over LevelDB or over a map in memory. `get` returns the object that was put, until it
 * was committed and has to be read from disk.
 */
export interface Rows {
  /** Counts what the store keeps decoded of its rows. */
  readonly decoded: DecodedShare;
  get(key: ByteString): RowValue | undefined;
  put(key: ByteString, value: RowValue): void;
  delete(key: ByteString): void;
  /** Returns the rows in order, as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row>;
  /** Returns all rows at once, in order: only for stores that live in memory. */
  list(): Row[];
  /** Says that rows in this range are never read again: they may be removed when convenient. */
  discard(range: RowRange): void;
  /** Returns how many rows there are: counted where that is cheap, else estimated. */
  approximateCount(): number;
}
