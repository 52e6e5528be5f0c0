import { ExpiringStore, type ExpiringStoreParts } from '../expiry/expiring-store.js';
import { checkBound, checkTime, isReverse } from '../kind/store-arguments.js';
import type { ByteString } from '../rows/byte-string.js';
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
    this.putRow(this.row(key, windowStart, 'put'), value);
  }

  fetch(key: K, windowStart: number): V | null {
    return this.getRow(this.row(key, windowStart, 'fetch'));
  }

  /** `fetch` for queries from outside of the task: leaves the cache as it is. */
  peek(key: K, windowStart: number): V | null {
    return this.peekRow(this.row(key, windowStart, 'fetch'));
  }

  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.found('fetchRange', key, keyTo, from, to, options);
  }

  fetchAll(from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.found('fetchAll', null, null, from, to, options);
  }

  all(options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.found('all', null, null, 0, Infinity, options);
  }

  /**
   * Returns the row of a window. Operators fetch and put the same window in a row: its row key is made once.
   */
  protected row(key: K, start: number, call: string): ByteString {
    checkTime(start, 'start of the window', this.name, call);
    const text = this.parts.keys.text(key, call);
    if (start === this.lastStart && text === this.lastKey) return this.lastRow;
    this.lastKey = text;
    this.lastStart = start;
    return (this.lastRow = this.parts.layout.rowKey(text, start, 0));
  }

  private found(
    call: string,
    key: K | null,
    keyTo: K | null,
    from: number,
    to: number,
    options: ScanOptions | undefined,
  ): AsyncIterable<Entry<Windowed<K>, V>> {
    checkBound(from, 'earliest start', this.name, call);
    checkBound(to, 'latest start', this.name, call);
    const { keys, rows, layout, cached } = this.parts;
    const query = {
      key: keys.bound(key, call),
      keyTo: keys.bound(keyTo, call),
      from: Math.max(0, from),
      to,
      reverse: isReverse(options),
    };
    const entries = cached?.entries(layout.span(query)).filter(([row]) => matches(query, layout.keyOf(row), layout.startOf(row))) ?? [];
    return this.entries(rows.fetch(query), entries, query.reverse);
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
