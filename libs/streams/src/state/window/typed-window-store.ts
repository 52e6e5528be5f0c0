import { ExpiringStore, type ExpiringStoreParts } from '../expiry/expiring-store.js';
import { checkBound, checkTime, isReverse } from '../kind/store-arguments.js';
import { byteString, type ByteString } from '../rows/byte-string.js';
import type { Entry, ScanOptions, Windowed, WindowStore } from '../store.js';
import type { WindowLayout } from './window-layout.js';
import { matches } from './window-query.js';
import type { WindowRows } from './window-rows.js';

export interface WindowStoreParts<K, V> extends ExpiringStoreParts<K, V> {
  readonly layout: WindowLayout;
  /** Infinity: windows without an end. */
  readonly sizeMs: number;
  readonly rows: WindowRows;
}

/** A window store whose types its operator or processor knows. */
export type AnyWindowStore = TypedWindowStore<unknown, unknown>;

/** A store of one value per key and window, as processors and operators see it (MeteredWindowStore). */
export class TypedWindowStore<K, V> extends ExpiringStore<K, V> implements WindowStore<K, V> {
  private lastKey: ByteString = '';
  private lastStart = NaN;
  private lastRow: ByteString = '';

  constructor(
    name: string,
    protected override readonly parts: WindowStoreParts<K, V>,
  ) {
    super(name, parts);
  }

  put(key: K, value: V | null, windowStart: number): void {
    checkTime(windowStart, 'start of the window', this.name);
    this.putRow(this.row(key, windowStart), value);
  }

  fetch(key: K, windowStart: number): V | null {
    checkTime(windowStart, 'start of the window', this.name);
    return this.getRow(this.row(key, windowStart));
  }

  /** `fetch` for queries from outside of the task: leaves the cache as it is. */
  peek(key: K, windowStart: number): V | null {
    return this.peekRow(this.row(key, windowStart));
  }

  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    checkBound(from, 'earliest start', this.name);
    checkBound(to, 'latest start', this.name);
    const { keys, rows, layout, cached } = this.parts;
    const query = {
      key: key == null ? undefined : byteString(keys.bytes(key)),
      keyTo: keyTo == null ? undefined : byteString(keys.bytes(keyTo)),
      from: Math.max(0, from),
      to,
      reverse: isReverse(options),
    };
    const entries = cached?.entries(layout.span(query)).filter(([row]) => matches(query, layout.keyOf(row), layout.startOf(row))) ?? [];
    return this.entries(rows.fetch(query), entries, query.reverse);
  }

  fetchAll(from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, from, to, options);
  }

  all(options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, 0, Infinity, options);
  }

  /** Operators fetch and put the same window in a row: its row key is made once. */
  protected row(key: K, start: number): ByteString {
    const text = this.parts.keys.text(key);
    if (start === this.lastStart && text === this.lastKey) return this.lastRow;
    this.lastKey = text;
    this.lastStart = start;
    return (this.lastRow = this.parts.layout.rowKey(text, start, 0));
  }

  protected override rowOf(changelogKey: ByteString): ByteString {
    return this.parts.layout.rowOf(changelogKey);
  }

  protected override windowedKey(row: ByteString): Windowed<K> {
    const { keys, layout, sizeMs } = this.parts;
    const start = layout.startOf(row);
    return { key: keys.decode(layout.keyOf(row)), window: { start, end: start + sizeMs } };
  }
}
