import type { ByteString } from '../rows/byte-string.js';
import { RowLayer } from '../layers/row-layer.js';
import type { StoredValue } from '../rows/rows.js';

/** Rows in memory, whose number is exact (InMemoryKeyValueStore). They are counted once somebody has asked. */
export class CountedLayer extends RowLayer {
  private counted: number | undefined;

  override put(key: ByteString, value: StoredValue | null): void {
    if (this.counted !== undefined) this.counted += Number(value !== null) - Number(this.rows.get(key) !== undefined);
    super.put(key, value);
  }

  get size(): number {
    return (this.counted ??= this.rows.list().length);
  }
}
