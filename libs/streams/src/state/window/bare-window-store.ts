import { bareEntries, untimed } from '../kind/bare-values.js';
import type { Entry, ScanOptions, ValueAndTimestamp, Windowed, WindowStore } from '../store.js';

/** A timestamped window store without its timestamps (WindowStoreFacade). What is put has no time: -1. */
export class BareWindowStore<K, V> implements WindowStore<K, V> {
  constructor(private readonly inner: WindowStore<K, ValueAndTimestamp<V>>) {}

  get name(): string {
    return this.inner.name;
  }

  put(key: K, value: V | null, windowStart: number): void {
    this.inner.put(key, untimed(value), windowStart);
  }

  fetch(key: K, windowStart: number): V | null {
    return this.inner.fetch(key, windowStart)?.value ?? null;
  }

  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return bareEntries('timestamped', this.inner.fetchRange(key, keyTo, from, to, options));
  }

  fetchAll(from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return bareEntries('timestamped', this.inner.fetchAll(from, to, options));
  }

  all(options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return bareEntries('timestamped', this.inner.all(options));
  }
}
