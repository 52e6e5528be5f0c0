import { mapScan } from '../rows/scan.js';
import type { Entry, ValueAndTimestamp } from '../store.js';
import type { ViewScan } from './store-view.js';
import type { ValueFormat } from './value-codec.js';

/** Returns the value without its timestamp, where it has one. */
export function bareValue<V>(format: ValueFormat, stored: unknown): V | null {
  if (stored === null || format === 'plain') return stored as V | null;
  return (stored as ValueAndTimestamp<V>).value;
}

/** Returns the entries without the timestamps of their values, where they have some. */
export function bareEntries<K, V>(format: ValueFormat, entries: AsyncIterable<Entry<unknown, unknown>>): AsyncIterable<Entry<K, V>> {
  if (format === 'plain') return entries as AsyncIterable<Entry<K, V>>;
  return mapScan(entries as AsyncIterable<Entry<K, ValueAndTimestamp<V>>>, ([key, { value }]): Entry<K, V> => [key, value]);
}

/** `bareEntries` of a scan of a view. */
export function bareScan<K, V>(format: ValueFormat, scan: ViewScan<Entry<unknown, unknown>>): ViewScan<Entry<K, V>> {
  const entries = bareEntries<K, V>(format, scan);
  return { [Symbol.asyncIterator]: () => entries[Symbol.asyncIterator](), lag: () => scan.lag(), position: () => scan.position() };
}

/** Returns a value that a test puts, with the timestamp -1 that Kafka Streams' driver gives it. */
export function untimed<V>(value: V | null): ValueAndTimestamp<V> | null {
  return value === null ? null : { value, timestamp: -1 };
}
