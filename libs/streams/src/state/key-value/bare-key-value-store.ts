import { bareEntries, untimed } from '../kind/bare-values.js';
import type { Entry, KeyValueStore, ScanOptions, ValueAndTimestamp } from '../store.js';

/** A timestamped key-value store without its timestamps (KeyValueStoreFacade). What is put has no time: -1. */
export class BareKeyValueStore<K, V> implements KeyValueStore<K, V> {
  constructor(private readonly inner: KeyValueStore<K, ValueAndTimestamp<V>>) {}

  get name(): string {
    return this.inner.name;
  }

  get(key: K): V | null {
    return this.inner.get(key)?.value ?? null;
  }

  put(key: K, value: V | null): void {
    this.inner.put(key, untimed(value));
  }

  putIfAbsent(key: K, value: V): V | null {
    return this.inner.putIfAbsent(key, { value, timestamp: -1 })?.value ?? null;
  }

  delete(key: K): V | null {
    return this.inner.delete(key)?.value ?? null;
  }

  putAll(entries: Iterable<Entry<K, V | null>>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  range(from: K | null, to: K | null, options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    return bareEntries('timestamped', this.inner.range(from, to, options));
  }

  all(options?: ScanOptions): AsyncIterable<Entry<K, V>> {
    return bareEntries('timestamped', this.inner.all(options));
  }

  prefixScan(prefix: string | Buffer): AsyncIterable<Entry<K, V>> {
    return bareEntries('timestamped', this.inner.prefixScan(prefix));
  }

  approximateNumEntries(): number {
    return this.inner.approximateNumEntries();
  }
}
