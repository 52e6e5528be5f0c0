import { Headers } from '../../serdes/headers.js';
import type { Serde } from '../../serdes/serde.js';
import { keyText, prefixEnd } from '../byte-order.js';
import type { ChangeSource } from '../change-source.js';
import type { Row, RowRange, Rows } from '../rows.js';
import type { ChangelogRecord, StateStore, StoreParts } from '../state-store.js';
import type { Entry, KeyValueStore, ScanOptions } from '../store.js';
import type { ValueForm } from '../value-form.js';
import { CachingLayer } from './caching-layer.js';
import { ChangeLoggingLayer } from './change-logging-layer.js';
import type { KeyValueLayer, Slot } from './key-value-layer.js';
import { overlay } from './overlay.js';
import { RowLayer } from './row-layer.js';

/**
 * A store of one value per key, as processors and operators see it (MeteredKeyValueStore): encodes on the way in, decodes on the way out. A value that its
 * serde calls immutable is decoded once; any other anew at each read, so that nobody's changes in place reach the store.
 */
export class TypedKeyValueStore<K, V> implements KeyValueStore<K, V>, StateStore, ChangeSource<K, V> {
  private readonly layers: KeyValueLayer;
  private readonly cached: CachingLayer | undefined;
  private readonly rows: Rows;
  private readonly topic: string;
  private lastKey: K | undefined;
  private lastBytes: Buffer = Buffer.alloc(0);
  private lastText = '';

  constructor(
    readonly name: string,
    private readonly keySerde: Serde<K>,
    private readonly form: ValueForm<V>,
    { rows, context, cache, topic, logged }: StoreParts,
  ) {
    this.rows = rows;
    this.topic = topic;
    const lowest = new RowLayer(rows);
    const inner = logged ? new ChangeLoggingLayer(name, lowest, form, context) : lowest;
    this.cached = cache === undefined ? undefined : new CachingLayer(inner, cache, context);
    this.layers = this.cached ?? inner;
  }

  get isCached(): boolean {
    return this.cached !== undefined;
  }

  /** The stored bytes of a key: what orders scans and chooses partitions. */
  keyBytes(key: K): Buffer {
    return this.keySerde.serialize(key, this.topic, Headers.empty);
  }

  get(key: K): V | null {
    this.locate(key);
    const slot = this.layers.get(this.lastBytes, this.lastText);
    return slot === undefined ? null : this.valueOf(slot);
  }

  put(key: K, value: V | null): void {
    this.locate(key);
    if (value === null || value === undefined) this.layers.put(this.lastBytes, this.lastText, null, undefined);
    else this.layers.put(this.lastBytes, this.lastText, this.form.encode(value), this.form.isShareable ? value : undefined);
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
    const start = from === null ? undefined : this.keyBytes(from);
    const last = to === null ? undefined : this.keyBytes(to);
    if (start !== undefined && last !== undefined && Buffer.compare(start, last) > 0) return this.decoded([]);
    return this.scan({ ...(start && { from: start }), ...(last && { to: Buffer.concat([last, Buffer.alloc(1)]) }) }, options);
  }

  all(options: ScanOptions = {}): AsyncIterable<Entry<K, V>> {
    return this.scan({}, options);
  }

  prefixScan(prefix: string | Buffer): AsyncIterable<Entry<K, V>> {
    const from = typeof prefix === 'string' ? Buffer.from(prefix) : prefix;
    const to = prefixEnd(from);
    return this.scan({ from, ...(to && { to }) }, {});
  }

  approximateNumEntries(): number {
    return this.rows.approximateCount();
  }

  setFlushListener(listener: (key: K, newValue: V | null, oldValue: V | null) => void | Promise<void>, wantsOldValues: boolean): void {
    this.cached?.setFlushListener((entry, former) => {
      const key = this.keySerde.deserialize(entry.key, this.topic, Headers.empty);
      return listener(key, entry.payload === null ? null : this.valueOf(entry), former === undefined ? null : this.valueOf(former));
    }, wantsOldValues);
  }

  flush(): void | Promise<void> {
    return this.layers.flush();
  }

  restore({ key, value, timestamp }: ChangelogRecord): void {
    if (value === null) this.rows.delete(key);
    else this.rows.put(key, this.form.restored(value, timestamp ?? 0));
  }

  close(): void {
    this.cached?.close();
  }

  private scan(range: RowRange, { reverse = false }: ScanOptions): AsyncIterable<Entry<K, V>> {
    const rows = this.rows.scan({ ...range, reverse });
    return this.decoded(this.cached === undefined ? rows : overlay(this.cached.unwritten, rows, range, reverse));
  }

  private async *decoded(rows: AsyncIterable<Row> | Iterable<Row>): AsyncGenerator<Entry<K, V>> {
    for await (const [key, payload] of rows) yield [this.keySerde.deserialize(key, this.topic, Headers.empty), this.form.decode(payload)];
  }

  /** Operators read and write the same key in a row: its bytes are made once. Only keys that can not change in place are remembered. */
  private locate(key: K): void {
    if (key === this.lastKey && typeof key !== 'object') return;
    this.lastBytes = this.keyBytes(key);
    this.lastText = keyText(this.lastBytes);
    this.lastKey = key;
  }

  private valueOf(slot: Slot): V {
    if (slot.decoded !== undefined) return slot.decoded as V;
    const value = this.form.decode(slot.payload!);
    if (this.form.isShareable) slot.decoded = value;
    return value;
  }
}
