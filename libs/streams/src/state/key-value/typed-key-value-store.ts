import type { ChangeSource } from '../change-source.js';
import { cachedChanges } from '../layers/cached-changes.js';
import type { KeyCodec } from '../kind/key-codec.js';
import { checkedEntries, checkEntry, isReverse, prefixBytes } from '../kind/store-arguments.js';
import type { ValueCodec } from '../kind/value-codec.js';
import type { CachingLayer } from '../layers/caching-layer.js';
import type { Layer } from '../layers/layer.js';
import type { RowLayer } from '../layers/row-layer.js';
import { byteString, prefixEnd, type ByteString } from '../rows/byte-string.js';
import { mergeRows } from '../rows/merge-rows.js';
import type { RowCopies } from '../rows/row-copies.js';
import type { RowRange } from '../rows/rows.js';
import { mapScan } from '../rows/scan.js';
import type { ChangelogRecord, PlacedRecord, StateStore } from '../state-store.js';
import type { Entry, KeyValueStore, ScanOptions } from '../store.js';

export interface KeyValueStoreParts<K, V> {
  readonly ttlMs: number | undefined;
  readonly keys: KeyCodec<K>;
  readonly values: ValueCodec<V>;
  /** The uppermost layer: the cache, where there is one. */
  readonly layer: Layer;
  readonly cached: CachingLayer | undefined;
  /** The lowest layer. */
  readonly rows: RowLayer;
}

/** A key-value store whose types its operator or processor knows. */
export type AnyKeyValueStore = TypedKeyValueStore<unknown, unknown>;

/**
 * A store of one value per key, as processors and operators see it (MeteredKeyValueStore): encodes on the way in,
 * decodes on the way out.
 */
export class TypedKeyValueStore<K, V> implements KeyValueStore<K, V>, StateStore {
  /** Undefined without a record cache. */
  readonly changes: ChangeSource<K, V> | undefined;

  constructor(
    readonly name: string,
    private readonly parts: KeyValueStoreParts<K, V>,
  ) {
    const { cached, keys, values } = parts;
    this.changes = cachedChanges(cached, (row) => keys.decode(row), values);
  }

  /** After how long the table's operator deletes rows that are not updated, ms of stream time; undefined: never. */
  get ttlMs(): number | undefined {
    return this.parts.ttlMs;
  }

  get(key: K): V | null {
    return this.getRow(this.parts.keys.text(key, 'get'));
  }

  /** `get` for an operator other than the one that keeps the table: see CachingLayer. */
  getAndMarkSeen(key: K): V | null {
    const { keys, cached, values } = this.parts;
    if (cached === undefined) return this.get(key);
    const stored = cached.getAndMarkSeen(keys.text(key, 'get'));
    return stored === undefined ? null : values.decode(stored);
  }

  /** `get` for queries from outside of the task: leaves the cache as it is. */
  peek(key: K): V | null {
    const { keys, rows, cached, values } = this.parts;
    const text = keys.text(key, 'get');
    const entry = cached?.peek(text);
    const stored = entry === undefined ? rows.peek(text) : entry.value;
    return stored === undefined || stored === null ? null : values.decode(stored);
  }

  put(key: K, value: V | null): void {
    this.putRow(this.parts.keys.text(key, 'put'), value);
  }

  putIfAbsent(key: K, value: V): V | null {
    const row = this.parts.keys.text(key, 'putIfAbsent');
    const former = this.getRow(row);
    if (former === null) this.putRow(row, value);
    return former;
  }

  delete(key: K): V | null {
    const row = this.parts.keys.text(key, 'delete');
    const former = this.getRow(row);
    this.putRow(row, null);
    return former;
  }

  putAll(entries: Iterable<Entry<K, V | null>>): void {
    for (const entry of checkedEntries(entries, this.name)) {
      checkEntry(entry, this.name);
      this.putRow(this.parts.keys.text(entry[0], 'putAll'), entry[1]);
    }
  }

  range(from: K | null, to: K | null, options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    const { keys } = this.parts;
    const first = keys.bound(from, 'range');
    const last = keys.bound(to, 'range');
    return this.scan({ from: first, to: last === undefined ? undefined : `${last}\0` }, options);
  }

  all(options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    return this.scan({}, options);
  }

  prefixScan(prefix: string | Buffer): AsyncIterable<Entry<K, V>> {
    const from = byteString(prefixBytes(prefix, this.name));
    return this.scan({ from, to: prefixEnd(from) });
  }

  approximateNumEntries(): number {
    return this.parts.rows.size;
  }

  flush(): void | Promise<void> {
    return this.parts.layer.flush();
  }

  restore(record: ChangelogRecord): void {
    const { rows, values } = this.parts;
    rows.restore(byteString(record.key), record.value === null ? null : values.restored(record));
  }

  /** On disk a row is a changelog record, whatever the kind of the store. */
  copy(record: PlacedRecord, copies: RowCopies): void {
    copies.key(record.block, record.keyAt, record.keyLength);
    this.parts.values.copy(record, copies);
  }

  close(): void {
    this.parts.cached?.close();
  }

  private getRow(row: ByteString): V | null {
    const { layer, values } = this.parts;
    const stored = layer.get(row);
    return stored === undefined ? null : values.decode(stored);
  }

  private putRow(row: ByteString, value: V | null): void {
    const { layer, values } = this.parts;
    layer.put(row, value === null || value === undefined ? null : values.encode(value));
  }

  private scan(range: RowRange, options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    const reverse = isReverse(options);
    const { rows, cached, keys, values } = this.parts;
    const found = rows.scan({ ...range, reverse });
    const entries = cached?.entries({ ...range, reverse }) ?? [];
    const merged = entries.length === 0 ? found : mergeRows(entries, found, reverse);
    return mapScan(merged, ([key, value]): Entry<K, V> => [keys.decode(key), values.decode(value)]);
  }
}
