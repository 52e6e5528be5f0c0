import type { ByteString } from '../rows/byte-string.js';
import type { Row, RowRange, Rows, StoredValue } from '../rows/rows.js';
import type { Layer } from './layer.js';

/** The lowest layer of a key-value store: a row is a value. */
export class RowLayer implements Layer {
  constructor(protected readonly rows: Rows) {}

  get(key: ByteString): StoredValue | undefined {
    return this.rows.get(key) as StoredValue | undefined;
  }

  /** Reads without a trace: for queries from outside of the task. */
  peek(key: ByteString): StoredValue | undefined {
    return this.rows.get(key) as StoredValue | undefined;
  }

  put(key: ByteString, value: StoredValue | null): void {
    if (value === null) this.rows.delete(key);
    else this.rows.put(key, value);
  }

  /** Applies a changelog record; null deletes. */
  restore(key: ByteString, value: StoredValue | null): void {
    this.put(key, value);
  }

  /** Scans the rows as they are at the call. */
  scan(range: RowRange): AsyncIterable<Row<StoredValue>> {
    return this.rows.scan(range) as AsyncIterable<Row<StoredValue>>;
  }

  /** The number of rows, estimated. */
  get size(): number {
    return this.rows.approximateCount();
  }

  flush(): void {}
}
