import type { ByteString } from '../byte-string.js';
import { mergeLists } from '../merge-rows.js';
import type { Row, StoredValue } from '../rows.js';
import type { Entry, ScanOptions } from '../store.js';
import type { RunWindowRows } from './run-window-rows.js';
import { TypedWindowStore, type WindowStoreParts } from './typed-window-store.js';

/** A window store that finds the windows of one key at once: for operators that ask for them with every record. */
export class RangedWindowStore<K, V> extends TypedWindowStore<K, V> {
  private readonly runRows: RunWindowRows;
  /** Highest start put so far: what the cache may hold. */
  private newest = -1;

  constructor(name: string, parts: WindowStoreParts<K, V> & { readonly rows: RunWindowRows }) {
    super(name, parts);
    this.runRows = parts.rows;
  }

  override put(key: K, value: V | null, windowStart: number): void {
    if (windowStart > this.newest) this.newest = windowStart;
    super.put(key, value, windowStart);
  }

  /** The windows of one key by their starts, in order; those of one start in the order in which they were put. */
  fetchRangeSync(key: K, from: number, to: number, { reverse = false }: ScanOptions = {}): Entry<number, V>[] {
    const { keys, layout, form } = this.parts;
    const text = keys.text(key);
    const rows = mergeLists(this.cachedOf(text, from, to), this.runRows.fetchSync(text, from, to));
    const found = rows.map(([row, value]): Entry<number, V> => [layout.startOf(row), form.decode(value)]);
    return reverse ? found.reverse() : found;
  }

  private cachedOf(key: ByteString, from: number, to: number): Row<StoredValue | null>[] {
    const { cached, layout } = this.parts;
    if (cached === undefined) return [];
    const query = { key, keyTo: key, from: Math.max(0, from), to: Math.min(to, this.newest), reverse: false };
    return layout
      .ranges(query)
      .flatMap((range) => cached.entries(range))
      .filter(([row]) => layout.keyOf(row) === key);
  }
}
