import { byteString, bytesOf, type ByteString } from '../rows/byte-string.js';
import type { RowCopies } from '../rows/row-copies.js';
import { StoredValue, type Rows } from '../rows/rows.js';
import { mapScan } from '../rows/scan.js';
import type { ChangelogRecord, PlacedRecord } from '../state-store.js';
import type { Entry } from '../store.js';
import type { StoreChangelog } from './store-changelog.js';

/** A part of the rows of a store, in the order of their bytes or against it. */
export interface LoggedRowRange {
  /** Inclusive. Default: from the first row on. */
  readonly from?: Buffer;
  /** Exclusive. Default: to the last row. */
  readonly to?: Buffer;
  /** Default: false. */
  readonly reverse?: boolean;
}

/**
 * The rows of a store as bytes: a sorted map that shows what is committed and what is not yet. Every write also goes to
 * the changelog, with the time of the record in process.
 */
export interface LoggedRows {
  /** Returns a copy of the value of the row, or null. */
  get(key: Buffer): Buffer | null;
  /** Null deletes the row. */
  put(key: Buffer, value: Buffer | null): void;
  /** Returns the rows as they are at the call. */
  scan(range?: LoggedRowRange): AsyncIterable<Entry<Buffer, Buffer>>;
  /** Applies a changelog record, for `StateStore.restore`. */
  restore(record: ChangelogRecord): void;
  /** Copies a changelog record, for `StateStore.copy`. */
  copy(record: PlacedRecord, copies: RowCopies): void;
}

/** Rows whose changelog has their own keys and values. */
export class RowsWithChangelog implements LoggedRows {
  constructor(
    private readonly rows: Rows,
    /** Undefined where nothing is logged. */
    private readonly changelog: StoreChangelog | undefined,
  ) {}

  get(key: Buffer): Buffer | null {
    const value = this.rows.get(byteString(key));
    return value === undefined ? null : Buffer.from(value.encode());
  }

  put(key: Buffer, value: Buffer | null): void {
    const row = byteString(key);
    const stored = value === null ? null : new StoredValue(Buffer.from(value));
    this.write(row, stored);
    this.changelog?.write(row, stored);
  }

  scan({ from, to, reverse = false }: LoggedRowRange = {}): AsyncIterable<Entry<Buffer, Buffer>> {
    const range = { from: from && byteString(from), to: to && byteString(to), reverse };
    return mapScan(this.rows.scan(range), ([key, value]): Entry<Buffer, Buffer> => [bytesOf(key), Buffer.from(value.encode())]);
  }

  restore({ key, value }: ChangelogRecord): void {
    this.write(byteString(key), value === null ? null : new StoredValue(Buffer.from(value)));
  }

  copy({ block, keyAt, keyLength, valueAt, valueLength }: PlacedRecord, copies: RowCopies): void {
    copies.key(block, keyAt, keyLength);
    if (valueLength < 0) copies.delete();
    else copies.put(block, valueAt, valueLength);
  }

  private write(row: ByteString, value: StoredValue | null): void {
    if (value === null) this.rows.delete(row);
    else this.rows.put(row, value);
  }
}
