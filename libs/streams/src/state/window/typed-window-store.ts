import { Headers } from '../../serdes/headers.js';
import type { Serde } from '../../serdes/serde.js';
import { keyText } from '../byte-order.js';
import type { ChangeSource } from '../change-source.js';
import { CachingLayer } from '../key-value/caching-layer.js';
import { ChangeLoggingLayer } from '../key-value/change-logging-layer.js';
import type { KeyValueLayer, Slot } from '../key-value/key-value-layer.js';
import type { Row } from '../rows.js';
import type { ChangelogRecord, StateStore, StoreParts } from '../state-store.js';
import type { Entry, ScanOptions, Windowed, WindowStore } from '../store.js';
import type { ValueForm } from '../value-form.js';
import { keyOf, startOf, windowKey } from './window-key-schema.js';
import type { WindowRange, WindowRows } from './window-rows.js';

export interface WindowStoreOptions<K, V> {
  readonly key: Serde<K>;
  readonly form: ValueForm<V>;
  /** Infinity: windows without an end. */
  readonly sizeMs: number;
  /** Several values under one key and start, told apart by a sequence number. */
  readonly retainDuplicates: boolean;
  readonly rows: WindowRows;
}

/** Kafka Streams adds the segment's 8 bytes to what a cached window weighs. */
const segmentBytes = 8;

/** A store of one value per key and window, as processors and operators see it (MeteredWindowStore). */
export class TypedWindowStore<K, V> implements WindowStore<K, V>, StateStore, ChangeSource<Windowed<K>, V> {
  private readonly layers: KeyValueLayer;
  private readonly cached: CachingLayer | undefined;
  private readonly topic: string;
  private sequence = 0;
  private lastKey: K | undefined;
  private lastStart = NaN;
  private lastBytes: Buffer = Buffer.alloc(0);
  private lastText = '';

  constructor(
    readonly name: string,
    private readonly options: WindowStoreOptions<K, V>,
    { context, cache, topic, logged }: StoreParts,
  ) {
    this.topic = topic;
    const { rows, form } = options;
    const inner = logged ? new ChangeLoggingLayer(name, rows, form, context) : rows;
    this.cached = cache === undefined ? undefined : new CachingLayer(inner, cache, context, segmentBytes);
    this.layers = this.cached ?? inner;
  }

  get isCached(): boolean {
    return this.cached !== undefined;
  }

  /** The stored bytes of a key: what chooses partitions. */
  keyBytes(key: K): Buffer {
    return this.options.key.serialize(key, this.topic, Headers.empty);
  }

  put(key: K, value: V | null, windowStart: number): void {
    const { form, retainDuplicates } = this.options;
    if (retainDuplicates) this.sequence = (this.sequence + 1) & 0x7fffffff;
    this.locate(key, windowStart);
    if (value === null || value === undefined) this.layers.put(this.lastBytes, this.lastText, null, undefined);
    else this.layers.put(this.lastBytes, this.lastText, form.encode(value), form.isShareable ? value : undefined);
  }

  fetch(key: K, windowStart: number): V | null {
    this.locate(key, windowStart);
    const slot = this.layers.get(this.lastBytes, this.lastText);
    return slot === undefined ? null : this.valueOf(slot);
  }

  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, V>> {
    const bounds = { key: key === null ? undefined : this.keyBytes(key), keyTo: keyTo === null ? undefined : this.keyBytes(keyTo) };
    return this.scan({ ...bounds, from, to, reverse: options.reverse === true });
  }

  fetchAll(from: number, to: number, options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, from, to, options);
  }

  all(options: ScanOptions = {}): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.fetchRange(null, null, 0, Number.MAX_SAFE_INTEGER, options);
  }

  setFlushListener(listener: (key: Windowed<K>, newValue: V | null, oldValue: V | null) => void | Promise<void>, wantsOldValues: boolean): void {
    this.cached?.setFlushListener(
      (entry, former) => listener(this.windowed(entry.key), entry.payload === null ? null : this.valueOf(entry), former === undefined ? null : this.valueOf(former)),
      wantsOldValues,
    );
  }

  flush(): void | Promise<void> {
    return this.layers.flush();
  }

  restore({ key, value, timestamp }: ChangelogRecord): void {
    this.options.rows.restore(key, value === null ? null : this.options.form.restored(value, timestamp ?? 0));
  }

  close(): void {
    this.cached?.close();
  }

  private scan(range: WindowRange): AsyncIterable<Entry<Windowed<K>, V>> {
    return this.decoded(this.options.rows.fetch(range, this.cached?.unwritten ?? []));
  }

  private async *decoded(rows: AsyncIterable<Row>): AsyncGenerator<Entry<Windowed<K>, V>> {
    for await (const [key, payload] of rows) yield [this.windowed(key), this.options.form.decode(payload)];
  }

  private windowed(bytes: Buffer): Windowed<K> {
    const start = startOf(bytes);
    return { key: this.options.key.deserialize(keyOf(bytes), this.topic, Headers.empty), window: { start, end: start + this.options.sizeMs } };
  }

  /** Operators fetch and put the same window in a row: its bytes are made once. */
  private locate(key: K, start: number): void {
    if (key === this.lastKey && start === this.lastStart && typeof key !== 'object' && !this.options.retainDuplicates) return;
    this.lastBytes = windowKey(this.keyBytes(key), start, this.sequence);
    this.lastText = keyText(this.lastBytes);
    this.lastKey = key;
    this.lastStart = start;
  }

  private valueOf(slot: Slot): V {
    if (slot.decoded !== undefined) return slot.decoded as V;
    const value = this.options.form.decode(slot.payload!);
    if (this.options.form.isShareable) slot.decoded = value;
    return value;
  }
}
