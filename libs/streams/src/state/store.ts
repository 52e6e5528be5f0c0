import type { Window, Windowed } from '../serdes/windowed-serdes.js';

export type { Window, Windowed };

/** Topic configuration by Kafka's names. */
export type TopicConfig = Readonly<Record<string, string>>;

export type Entry<K, V> = readonly [key: K, value: V];
export interface ScanOptions {
  reverse?: boolean;
}

/** Point access is synchronous; whatever may scan is an async iterable of the store as it was when the scan began. */
export interface KeyValueStore<K, V> {
  readonly name: string;
  get(key: K): V | null;
  put(key: K, value: V | null): void;
  /** The value that is there, or null when `value` was put. */
  putIfAbsent(key: K, value: V): V | null;
  /** The value that was there. */
  delete(key: K): V | null;
  putAll(entries: Iterable<Entry<K, V | null>>): void;
  /** Both bounds inclusive, in the order of the serialised keys; null: no bound. */
  range(from: K | null, to: K | null, options?: ScanOptions): AsyncIterable<Entry<K, V>>;
  all(options?: ScanOptions): AsyncIterable<Entry<K, V>>;
  prefixScan(prefix: string | Buffer): AsyncIterable<Entry<K, V>>;
  approximateNumEntries(): number;
}

export interface ValueAndTimestamp<V> {
  readonly value: V;
  readonly timestamp: number;
}
export type TimestampedKeyValueStore<K, V> = KeyValueStore<K, ValueAndTimestamp<V>>;

export interface WindowStore<K, V> {
  readonly name: string;
  put(key: K, value: V | null, windowStart: number): void;
  fetch(key: K, windowStart: number): V | null;
  /** Null: no bound. One key's windows: `fetchRange(key, key, from, to)`. Times are inclusive window starts. */
  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>>;
  fetchAll(from: number, to: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>>;
  all(options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, V>>;
}

export interface SessionStore<K, A> {
  readonly name: string;
  put(session: Windowed<K>, aggregate: A | null): void;
  remove(session: Windowed<K>): void;
  fetchSession(key: K, start: number, end: number): A | null;
  /** Sessions of one key that end at or after `earliestEnd` and start at or before `latestStart`. */
  findSessions(key: K, earliestEnd: number, latestStart: number, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, A>>;
  findSessionsRange(
    key: K | null,
    keyTo: K | null,
    earliestEnd: number,
    latestStart: number,
    options?: ScanOptions,
  ): AsyncIterable<Entry<Windowed<K>, A>>;
  /** `keyTo` left out: one key; null: no bound. */
  fetch(key: K | null, keyTo?: K | null, options?: ScanOptions): AsyncIterable<Entry<Windowed<K>, A>>;
}

export interface VersionedRecord<V> {
  readonly value: V;
  readonly timestamp: number;
  /** Null where it is not known: stores do not tell it. */
  readonly validTo: number | null;
}
export interface VersionedKeyValueStore<K, V> {
  readonly name: string;
  /** The time until which it is valid: a timestamp, -1 when it is the latest, null when it was too old to be put. */
  put(key: K, value: V | null, timestamp: number): number | null;
  delete(key: K, timestamp: number): VersionedRecord<V> | null;
  get(key: K, asOf?: number): VersionedRecord<V> | null;
}

/**
 * Says where a store lives and for how long it keeps what; made by `Stores`. `S` is the store that a builder makes of
 * it.
 */
export abstract class StoreSupplier<S = unknown> {
  declare private readonly store: S;
  abstract readonly name: string;
}

/**
 * Says how to build one store of each task; made by `Stores`. Immutable: `withCaching` and `withLogging` return another
 * builder.
 */
export abstract class StoreBuilder<S = unknown> {
  declare private readonly store: S;
  abstract readonly name: string;
  abstract withCaching(on: boolean): this;
  /**
   * The configuration of the changelog topic, over that of the kind of store. False: no changelog, so that the store is
   * lost with the disk.
   */
  abstract withLogging(config: TopicConfig | false): this;
}
