import type { DecodedShare } from '../cache/decoded-budget.js';
import type { ByteString } from './byte-string.js';

/** The value of a row: bytes, or something that becomes bytes when a commit writes it. Never changed once it was put. */
export interface RowValue {
  /** About what it costs in memory, bytes. */
  readonly size: number;
  encode(): Buffer;
}

/** Stored bytes, and what was decoded of them where that may be shared between reads. */
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

/** One row: key without the store's prefix, and value. */
export type Row<V = RowValue> = readonly [key: ByteString, value: V];

export interface RowRange {
  /** Inclusive. */
  readonly from?: ByteString | undefined;
  /** Exclusive. */
  readonly to?: ByteString | undefined;
  readonly reverse?: boolean;
}

/**
 * The rows of one store, as its semantics see them: a sorted map of bytes that shows what was written but not committed yet. Implemented by the write buffer over
 * LevelDB or a sorted map. A value that comes back is the object that was put, until it was committed and read from disk again.
 */
export interface Rows {
  /** Where it is counted what a store keeps decoded of its rows. */
  readonly decoded: DecodedShare;
  get(key: ByteString): RowValue | undefined;
  put(key: ByteString, value: RowValue): void;
  delete(key: ByteString): void;
  /** The rows as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row>;
  /** All rows at once, in order: only of stores that live in memory. */
  list(): Row[];
  /** Rows in this range are never asked for again: they may be removed when convenient. */
  discard(range: RowRange): void;
  /** Counted where that is cheap, else estimated. */
  approximateCount(): number;
}
