import type { Entry, VersionedRecord, Windowed } from '../state/store.js';

/** How much of a scan is wanted. */
export interface ViewScanOptions {
  reverse?: boolean;
  /** At most this many entries. */
  limit?: number;
}

/**
 * Views of stores for services and controllers: they exist before the start and outlive every rebalance. All answers are promises, because one may come from
 * another instance one day. They show what is processed, committed or not, as Kafka Streams does. While the task of a key is restoring, moving or closing, and
 * when another instance has it, a call rejects with a StoreNotAvailableError that says so.
 *
 * Scans show what this instance owns, in the order of the serialised keys, as it is when the scan begins.
 */
export abstract class KeyValueStoreView<K, V> {
  abstract readonly name: string;
  abstract get(key: K): Promise<V | null>;
  /** Both bounds inclusive; null: no bound. */
  abstract range(from: K | null, to: K | null, options?: ViewScanOptions): AsyncIterable<Entry<K, V>>;
  abstract all(options?: ViewScanOptions): AsyncIterable<Entry<K, V>>;
  abstract prefixScan(prefix: string | Buffer, options?: ViewScanOptions): AsyncIterable<Entry<K, V>>;
  abstract approximateNumEntries(): Promise<number>;
}

/** See KeyValueStoreView. Times are inclusive window starts. */
export abstract class WindowStoreView<K, V> {
  abstract readonly name: string;
  abstract fetch(key: K, windowStart: number): Promise<V | null>;
  /** Null keys: no bound. One key's windows: `fetchRange(key, key, from, to)`, asked of that key's task. */
  abstract fetchRange(
    key: K | null,
    keyTo: K | null,
    from: number,
    to: number,
    options?: ViewScanOptions,
  ): AsyncIterable<Entry<Windowed<K>, V>>;
  abstract fetchAll(from: number, to: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, V>>;
  abstract all(options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, V>>;
}

/** See KeyValueStoreView. */
export abstract class SessionStoreView<K, A> {
  abstract readonly name: string;
  abstract fetchSession(key: K, start: number, end: number): Promise<A | null>;
  /** Sessions of one key that end at or after `earliestEnd` and start at or before `latestStart`. */
  abstract findSessions(key: K, earliestEnd: number, latestStart: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, A>>;
  /** `keyTo` left out: one key; null: no bound. */
  abstract fetch(key: K | null, keyTo?: K | null, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, A>>;
}

/** See KeyValueStoreView. */
export abstract class VersionedStoreView<K, V> {
  abstract readonly name: string;
  abstract get(key: K, asOf?: number): Promise<VersionedRecord<V> | null>;
}

export type StoreView = KeyValueStoreView<any, any> | WindowStoreView<any, any> | SessionStoreView<any, any> | VersionedStoreView<any, any>;
