import type { Rows } from '../rows.js';
import type { KeyValueLayer, Slot } from './key-value-layer.js';

/** The lowest layer: one row per key. */
export class RowLayer implements KeyValueLayer {
  constructor(private readonly rows: Rows) {}

  get(key: Buffer): Slot | undefined {
    const payload = this.rows.get(key);
    return payload === undefined ? undefined : { payload, decoded: undefined };
  }

  put(key: Buffer, _text: string, payload: Buffer | null): void {
    if (payload === null) this.rows.delete(key);
    else this.rows.put(key, payload);
  }

  flush(): void {}
}
