import { RowLayer } from '../layers/row-layer.js';
import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';

/**
 * Rows in memory, whose number is exact (InMemoryKeyValueStore). They are counted once, when `size` is read for the
 * first time.
 */
export class CountedLayer extends RowLayer {
  private counted: number | undefined;

  override put(key: ByteString, value: StoredValue | null): void {
    if (this.counted !== undefined) this.counted += Number(value !== null) - Number(this.rows.get(key) !== undefined);
    super.put(key, value);
  }

  override get size(): number {
    return (this.counted ??= this.rows.list().length);
  }
}
