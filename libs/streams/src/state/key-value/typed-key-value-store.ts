import { byteString, prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { ChangeSource } from '../change-source.js';
import type { KeyCodec } from '../key-codec.js';
import type { CachingLayer } from '../layers/caching-layer.js';
import type { Layer } from '../layers/layer.js';
import type { RowLayer } from '../layers/row-layer.js';
import { mergeRows } from '../rows/merge-rows.js';
import type { Row, RowRange, StoredValue } from '../rows/rows.js';
import type { RowTtl } from '../row-ttl.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import type { Entry, KeyValueStore, ScanOptions } from '../store.js';
import type { ValueForm } from '../value-form.js';

export interface KeyValueStoreParts<K, V> {
  readonly ttlMs: number | undefined;
  readonly keys: KeyCodec<K>;
  readonly form: ValueForm<V>;
  /** The uppermost one; the cache, where there is one. */
  readonly layer: Layer;
  readonly cached: CachingLayer | undefined;
  /** The lowest one. */
  readonly rows: RowLayer;
  /** Applies a changelog record below cache and changelog; null deletes. */
  readonly restore: (key: ByteString, value: StoredValue | null) => void;
  readonly count: () => number;
}

/** A store of one value per key, as processors and operators see it (MeteredKeyValueStore): encodes on the way in, decodes on the way out. */
export class TypedKeyValueStore<K, V> implements KeyValueStore<K, V>, StateStore, ChangeSource<K, V>, RowTtl {
  constructor(
    readonly name: string,
    private readonly parts: KeyValueStoreParts<K, V>,
  ) {}

  get isCached(): boolean {
    return this.parts.cached !== undefined;
  }

  get ttlMs(): number | undefined {
    return this.parts.ttlMs;
  }

  /** The stored bytes of a key: what orders scans and chooses partitions. */
  keyBytes(key: K): Buffer {
    return this.parts.keys.bytes(key);
  }

  get(key: K): V | null {
    const { keys, layer, form } = this.parts;
    const stored = layer.get(keys.text(key));
    return stored === undefined ? null : form.decode(stored);
  }

  /** `get` for an operator that acts on the value, and is told of its changes elsewhere. */
  lookup(key: K): V | null {
    const { keys, cached, form } = this.parts;
    if (cached === undefined) return this.get(key);
    const stored = cached.lookup(keys.text(key));
    return stored === undefined ? null : form.decode(stored);
  }

  /** `get` for whoever is not the task: leaves the cache as it is. */
  peek(key: K): V | null {
    const { keys, layer, cached, form } = this.parts;
    const text = keys.text(key);
    const stored = cached === undefined ? layer.get(text) : cached.peek(text);
    return stored === undefined ? null : form.decode(stored);
  }

  put(key: K, value: V | null): void {
    const { keys, layer, form } = this.parts;
    layer.put(keys.text(key), value === null || value === undefined ? null : form.encode(value));
  }

  putIfAbsent(key: K, value: V): V | null {
    const former = this.get(key);
    if (former === null) this.put(key, value);
    return former;
  }

  delete(key: K): V | null {
    const former = this.get(key);
    this.put(key, null);
    return former;
  }

  putAll(entries: Iterable<Entry<K, V | null>>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  range(from: K | null, to: K | null, options: ScanOptions = {}): AsyncIterable<Entry<K, V>> {
    const { keys } = this.parts;
    return this.scan(
      { from: from === null ? undefined : byteString(keys.bytes(from)), to: to === null ? undefined : `${byteString(keys.bytes(to))}\0` },
      options,
    );
  }

  all(options: ScanOptions = {}): AsyncIterable<Entry<K, V>> {
    return this.scan({}, options);
  }

  prefixScan(prefix: string | Buffer): AsyncIterable<Entry<K, V>> {
    const from = byteString(typeof prefix === 'string' ? Buffer.from(prefix) : prefix);
    return this.scan({ from, to: prefixEnd(from) }, {});
  }

  approximateNumEntries(): number {
    return this.parts.count();
  }

  setFlushListener(listener: (key: K, newValue: V | null, oldValue: V | null) => void | Promise<void>, wantsOldValues: boolean): void {
    const { cached, keys, form } = this.parts;
    cached?.setFlushListener(
      (key, value, former) =>
        listener(keys.decode(key), value === null ? null : form.decode(value), former === null ? null : form.decode(former)),
      wantsOldValues,
    );
  }

  flush(): void | Promise<void> {
    return this.parts.layer.flush();
  }

  restore(record: ChangelogRecord): void {
    const { form, restore } = this.parts;
    restore(byteString(record.key), record.value === null ? null : form.restored(record));
  }

  close(): void {
    this.parts.cached?.close();
  }

  private scan(range: RowRange, { reverse = false }: ScanOptions): AsyncIterable<Entry<K, V>> {
    const { rows, cached } = this.parts;
    const found = rows.scan({ ...range, reverse });
    const entries = cached?.entries({ ...range, reverse }) ?? [];
    return this.decoded(entries.length === 0 ? found : mergeRows(entries, found, reverse));
  }

  private async *decoded(rows: AsyncIterable<Row<StoredValue>>): AsyncGenerator<Entry<K, V>> {
    const { keys, form } = this.parts;
    for await (const [key, value] of rows) yield [keys.decode(key), form.decode(value)];
  }
}
