import type { Entry, KeyValueStore, ScanOptions, ValueAndTimestamp, Windowed, WindowStore } from '@ouzel/streams';

/** Kafka Streams' driver gives what is put by a test no time. */
const noTimestamp = -1;

function stamped<V>(value: V | null): ValueAndTimestamp<V> | null {
  return value === null ? null : { value, timestamp: noTimestamp };
}

async function* values<K, V>(entries: AsyncIterable<Entry<K, ValueAndTimestamp<V>>>): AsyncIterable<Entry<K, V>> {
  for await (const [key, { value }] of entries) yield [key, value];
}

/** A timestamped key-value store without its timestamps (KeyValueStoreFacade). */
export class KeyValueFacade<K, V> implements KeyValueStore<K, V> {
  constructor(private readonly inner: KeyValueStore<K, ValueAndTimestamp<V>>) {}

  get name(): string {
    return this.inner.name;
  }
  get(key: K): V | null {
    return this.inner.get(key)?.value ?? null;
  }
  put(key: K, value: V | null): void {
    this.inner.put(key, stamped(value));
  }
  putIfAbsent(key: K, value: V): V | null {
    return this.inner.putIfAbsent(key, { value, timestamp: noTimestamp })?.value ?? null;
  }
  delete(key: K): V | null {
    return this.inner.delete(key)?.value ?? null;
  }
  putAll(entries: Iterable<Entry<K, V | null>>): void {
    for (const [key, value] of entries) this.put(key, value);
  }
  range(from: K | null, to: K | null, options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    return values(this.inner.range(from, to, options));
  }
  all(options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    return values(this.inner.all(options));
  }
  prefixScan(prefix: string | Buffer): AsyncIterable<Entry<K, V>> {
    return values(this.inner.prefixScan(prefix));
  }
  approximateNumEntries(): number {
    return this.inner.approximateNumEntries();
  }
}

/** A timestamped window store without its timestamps (WindowStoreFacade). */
export class WindowFacade<K, V> implements WindowStore<K, V> {
  constructor(private readonly inner: WindowStore<K, ValueAndTimestamp<V>>) {}

  get name(): string {
    return this.inner.name;
  }
  put(key: K, value: V | null, windowStart: number): void {
    this.inner.put(key, stamped(value), windowStart);
  }
  fetch(key: K, windowStart: number): V | null {
    return this.inner.fetch(key, windowStart)?.value ?? null;
  }
  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return values(this.inner.fetchRange(key, keyTo, from, to, options));
  }
  fetchAll(from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return values(this.inner.fetchAll(from, to, options));
  }
  all(options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return values(this.inner.all(options));
  }
}
