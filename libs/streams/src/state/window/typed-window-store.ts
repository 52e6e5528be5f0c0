import { byteString, type ByteString } from '../rows/byte-string.js';
import type { ChangeSource } from '../change-source.js';
import type { KeyCodec } from '../key-codec.js';
import type { CachingLayer } from '../layers/caching-layer.js';
import type { Layer } from '../layers/layer.js';
import { mergeRows } from '../rows/merge-rows.js';
import type { Row, StoredValue } from '../rows/rows.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import type { Entry, ScanOptions, Windowed, WindowStore } from '../store.js';
import type { ValueForm } from '../value-form.js';
import type { WindowLayout } from './window-layout.js';
import { isAsked, type WindowQuery } from './window-query.js';
import type { WindowRows } from './window-rows.js';

export interface WindowStoreParts<K, V> {
  readonly keys: KeyCodec<K>;
  readonly form: ValueForm<V>;
  readonly layout: WindowLayout;
  /** Infinity: windows without an end. */
  readonly sizeMs: number;
  /** The uppermost layer; the cache, where there is one. */
  readonly layer: Layer;
  readonly cached: CachingLayer | undefined;
  /** The lowest one. */
  readonly rows: WindowRows;
}

/** A store of one value per key and window, as processors and operators see it (MeteredWindowStore). */
export class TypedWindowStore<K, V> implements WindowStore<K, V>, StateStore, ChangeSource<Windowed<K>, V> {
  private lastKey: ByteString = '';
  private lastStart = NaN;
  private lastRow: ByteString = '';

  constructor(
    readonly name: string,
    protected readonly parts: WindowStoreParts<K, V>,
  ) {}

  get isCached(): boolean {
    return this.parts.cached !== undefined;
  }

  /** The stored bytes of a key: what chooses partitions. */
  keyBytes(key: K): Buffer {
    return this.parts.keys.bytes(key);
  }

  put(key: K, value: V | null, windowStart: number): void {
    const { layer, form } = this.parts;
    layer.put(this.row(key, windowStart), value === null || value === undefined ? null : form.encode(value));
  }

  fetch(key: K, windowStart: number): V | null {
    const { layer, form } = this.parts;
    const stored = layer.get(this.row(key, windowStart));
    return stored === undefined ? null : form.decode(stored);
  }

  /** `fetch` for whoever is not the task: leaves the cache as it is. */
  peek(key: K, windowStart: number): V | null {
    const { layer, cached, form } = this.parts;
    const row = this.row(key, windowStart);
    const stored = cached === undefined ? layer.get(row) : cached.peek(row);
    return stored === undefined ? null : form.decode(stored);
  }

  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, V>> {
    const { keys } = this.parts;
    const bounds = {
      key: key === null ? undefined : byteString(keys.bytes(key)),
      keyTo: keyTo === null ? undefined : byteString(keys.bytes(keyTo)),
    };
    return this.scan({ ...bounds, from: Math.max(0, from), to, reverse: options.reverse === true });
  }

  fetchAll(from: number, to: number, options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, from, to, options);
  }

  all(options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, 0, Infinity, options);
  }

  setFlushListener(
    listener: (key: Windowed<K>, newValue: V | null, oldValue: V | null) => void | Promise<void>,
    wantsOldValues: boolean,
  ): void {
    const { cached, form } = this.parts;
    cached?.setFlushListener(
      (row, value, former) =>
        listener(this.windowed(row), value === null ? null : form.decode(value), former === null ? null : form.decode(former)),
      wantsOldValues,
    );
  }

  flush(): void | Promise<void> {
    return this.parts.layer.flush();
  }

  restore(record: ChangelogRecord): void {
    const { rows, layout, form } = this.parts;
    rows.restore(layout.rowOf(byteString(record.key)), record.value === null ? null : form.restored(record));
  }

  checkpoint(): void {
    this.parts.rows.checkpoint();
  }

  close(): void {
    this.parts.cached?.close();
  }

  /** Operators fetch and put the same window in a row: its row key is made once. */
  protected row(key: K, start: number): ByteString {
    const text = this.parts.keys.text(key);
    if (start === this.lastStart && text === this.lastKey) return this.lastRow;
    this.lastKey = text;
    this.lastStart = start;
    return (this.lastRow = this.parts.layout.rowKey(text, start, 0));
  }

  private scan(query: WindowQuery): AsyncIterable<Entry<Windowed<K>, V>> {
    const { rows, layout, cached } = this.parts;
    const found = rows.fetch(query);
    const compare = (a: ByteString, b: ByteString) => rows.compare(a, b);
    const entries = cached?.entries(layout.span(query)).filter(([row]) => isAsked(query, layout.keyOf(row), layout.startOf(row))) ?? [];
    if (entries.length === 0) return this.decoded(found);
    entries.sort(([a], [b]) => (query.reverse ? compare(b, a) : compare(a, b)));
    return this.decoded(mergeRows(entries, found, query.reverse, compare));
  }

  private async *decoded(rows: AsyncIterable<Row<StoredValue>>): AsyncGenerator<Entry<Windowed<K>, V>> {
    for await (const [row, value] of rows) yield [this.windowed(row), this.parts.form.decode(value)];
  }

  protected windowed(row: ByteString): Windowed<K> {
    const { keys, layout, sizeMs } = this.parts;
    const start = layout.startOf(row);
    return { key: keys.decode(layout.keyOf(row)), window: { start, end: start + sizeMs } };
  }
}
