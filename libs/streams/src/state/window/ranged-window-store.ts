import type { CachingLayer } from '../layers/caching-layer.js';
import type { ByteString } from '../rows/byte-string.js';
import { mergeLists } from '../rows/merge-rows.js';
import type { Row, StoredValue } from '../rows/rows.js';
import type { Entry, ScanOptions } from '../store.js';
import type { RunWindowRows } from './run-window-rows.js';
import { TypedWindowStore, type WindowStoreParts } from './typed-window-store.js';
import { startOf, suffixOf } from './window-key-schema.js';

export interface RangedWindowStoreParts<K, V> extends WindowStoreParts<K, V> {
  readonly rows: RunWindowRows;
}

/** A window store that finds the windows of one key at once: for operators that need them with every record. */
export class RangedWindowStore<K, V> extends TypedWindowStore<K, V> {
  /** Highest start put so far: the cache holds nothing behind it. */
  private newest = -1;

  constructor(
    name: string,
    protected override readonly parts: RangedWindowStoreParts<K, V>,
  ) {
    super(name, parts);
  }

  override put(key: K, value: V | null, windowStart: number): void {
    if (windowStart > this.newest) this.newest = windowStart;
    super.put(key, value, windowStart);
  }

  /**
   * Returns the windows of one key by their starts, in order. Windows of one start are in the order in which they were
   * put.
   */
  fetchRangeSync(key: K, from: number, to: number, { reverse = false }: ScanOptions = {}): Entry<number, V>[] {
    const { keys, values, cached, rows } = this.parts;
    const text = keys.text(key, 'fetchRange');
    const stored = rows.fetchSync(text, from, to);
    const merged = cached === undefined ? stored : mergeLists(this.cachedOf(cached, text, from, to), stored);
    const found = merged.map(([suffix, value]): Entry<number, V> => [startOf(suffix), values.decode(value)]);
    return reverse ? found.reverse() : found;
  }

  private cachedOf(cached: CachingLayer, key: ByteString, from: number, to: number): Row<StoredValue | null>[] {
    const { layout } = this.parts;
    const last = Math.min(to, this.newest);
    if (last < from) return [];
    const entries = cached.group(key, layout.rowKey(key, Math.max(0, from), 0), layout.rowKey(key, last + 1, 0));
    return entries.map(([row, value]) => [suffixOf(row), value]);
  }
}
