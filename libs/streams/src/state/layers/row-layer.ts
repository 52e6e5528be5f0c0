import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';
import { type Row, type RowRange, type Rows } from '../rows/rows.js';
import type { Layer } from './layer.js';

/** The lowest layer: a row is a value. */
export class RowLayer implements Layer {
  constructor(protected readonly rows: Rows) {}

  get(key: ByteString): StoredValue | undefined {
    return this.rows.get(key) as StoredValue | undefined;
  }

  put(key: ByteString, value: StoredValue | null): void {
    if (value === null) this.rows.delete(key);
    else this.rows.put(key, value);
  }

  /** As it is at the call. */
  scan(range: RowRange): AsyncIterable<Row<StoredValue>> {
    return this.rows.scan(range) as AsyncIterable<Row<StoredValue>>;
  }

  flush(): void {}
}
