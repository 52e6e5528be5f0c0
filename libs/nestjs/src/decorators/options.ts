import type {
  AsyncOptions,
  Consumed,
  Duration,
  EmitStrategy,
  EventType,
  JoinWindow,
  Produced,
  Serde,
  SessionWindow,
  SlidingWindow,
  StoreBuilder,
  StoreSupplier,
  Suppression,
  TimeWindow,
  TopicConfig,
} from '@ouzel/streams';
import type { AnyPartitioner, AnySerde, ModuleConfig, Unchecked } from './untyped.js';

/** A value, or a function that returns it. The function is called at boot with the `config` of the module. */
export type Configurable<T> = T | ((config: ModuleConfig) => T);

/**
 * Serdes of what the member carries. They are used by its own `to`, and by members behind it that write records and
 * have no serdes of their own.
 */
export interface SerdeOptions<K, V> {
  key?: Serde<K>;
  value?: Serde<V>;
}

/** Options of a member that is a stream. */
export interface StreamOptions<K = unknown, V = unknown> extends SerdeOptions<K, V> {
  /** A topic that the records of this member are written to as well. It must exist. */
  to?: Configurable<string>;
}

/** How a store is kept: the DSL's `Materialized`, flattened. */
export interface StoreOptions {
  /** The name of the store, or its supplier. Default: the member's name in kebab-case. */
  store?: Configurable<string | StoreSupplier>;
  /** Whether a record cache stands before the store. Default: true, as far as `cacheMaxBytes` allows. */
  caching?: Configurable<boolean>;
  /** Whether the store has a changelog, or the configuration of its topic. Default: true. */
  logging?: Configurable<boolean | TopicConfig>;
  /** How long windows are kept. Default: their size and grace. */
  retention?: Configurable<Duration>;
  /** How long a row of a key-value table stays without an update, by stream time. Default: for ever. */
  ttl?: Configurable<Duration>;
  /** Default: the client's `storeType`. */
  type?: Configurable<'persistent' | 'in-memory'>;
}

/** Options of a member that is a table. `to` writes its changes. */
export interface TableOptions<K = unknown, V = unknown> extends StreamOptions<K, V>, StoreOptions {
  /** Holds changes back: see `untilWindowCloses` and `untilTimeLimit`. Default: every change goes on. */
  suppress?: Configurable<Suppression>;
}

/**
 * Options of an operator that works on streams and on tables. Those of a store are for tables, which are kept when
 * `store` is given.
 */
export type StreamOrTableOptions<K = unknown, V = unknown> = TableOptions<K, V>;

export interface SourceOptions<K, V> extends Omit<Consumed<K, V>, 'name' | 'offsetReset'>, Pick<StreamOptions, 'to'> {
  /** Where to begin without a committed offset. Default: the client's `offsetReset`. */
  offsetReset?: Configurable<Consumed<K, V>['offsetReset']>;
  /**
   * Where its records say their type, for `@On`: `{ header: 'event-type' }` or `{ field: 'type' }`. Default: that of
   * the topology.
   */
  eventType?: Configurable<EventType>;
}
export interface TableSourceOptions<K, V> extends Omit<SourceOptions<K, V>, 'eventType'>, StoreOptions, Pick<TableOptions, 'suppress'> {}

/** A global table has no changelog and sends no changes on. It is always read from the beginning. */
export interface GlobalTableOptions<K, V>
  extends Omit<SourceOptions<K, V>, 'to' | 'offsetReset' | 'eventType'>, Pick<StoreOptions, 'store' | 'type'> {}

export interface RepartitionOptions<K, V> extends StreamOptions<K, V> {
  /** Default: the largest number among the topics that feed it. */
  partitions?: Configurable<number>;
  /** Default: murmur2 of the key. */
  partitioner?: AnyPartitioner;
}
export type ToOptions<K, V> = Omit<Produced<K, V>, 'name'>;

export type Windows = TimeWindow | SlidingWindow | SessionWindow;

/** Options that all aggregates share. `GK` is what `groupBy` returns. */
export interface GroupedOptions<GK, W, V> extends TableOptions<Unchecked, V> {
  /**
   * Returns the key to group by. Default: the key of the record. For a table it returns key and value, `(value, key) =>
   * [newKey, newValue]`, and is required. Its node is named `<topology>-<member>-by`, and so is the repartition topic
   * that it needs.
   */
  groupBy?: (value: Unchecked, key: Unchecked, record: Unchecked) => GK;
  /** Default: one aggregate per key, for ever. */
  window?: Configurable<W>;
  /** When windows send results: at each `update` (the default), or once when they `close`. */
  emit?: Configurable<EmitStrategy>;
}
export type CountOptions<GK, W> = GroupedOptions<GK, W, number>;
export interface ReduceOptions<GK, W, V> extends GroupedOptions<GK, W, V> {
  /** Takes the former value of a row out of the aggregate. Required for a table. */
  subtract?: (aggregate: Unchecked, value: Unchecked) => V | null;
}
export interface AggregateOptions<GK, W, A> extends GroupedOptions<GK, W, A> {
  /** Returns the aggregate before its first record. */
  initial: () => A;
  /** Takes the former value of a row out of the aggregate. Required for a table. */
  subtract?: (aggregate: A, value: Unchecked, key: Unchecked) => A | null;
  /** Makes one aggregate of two when sessions grow together. Required for session windows. */
  merge?: (left: A, right: A, key: Unchecked) => A;
}

/** The table of a `@Cogroup`. */
export interface CogroupOptions<W, A> extends TableOptions<Unchecked, A> {
  /** Default: one aggregate per key, for ever. */
  window?: Configurable<W>;
  /** Returns the aggregate before its first record. */
  initial: () => A;
  /** Makes one aggregate of two when sessions grow together. Required for session windows. */
  merge?: (left: A, right: A, key: Unchecked) => A;
}
/** One stream that is folded into the table of a `@Cogroup`. `GK` is what `groupBy` returns. */
export interface FoldOptions<Into, GK> extends SerdeOptions<Unchecked, Unchecked> {
  /** The member with `@Cogroup` that the method folds into. */
  into: Into;
  /**
   * Returns the key to group by. Default: the key of the record. Its repartition topic is named
   * `<topology>-<member>-by`.
   */
  groupBy?: (value: Unchecked, key: Unchecked, record: Unchecked) => GK;
}

/**
 * Serdes of both sides of a join, for its repartition topics and stores. Default: those of the members. `key` is the
 * serde of the key of both sides, and of the result.
 */
export interface JoinSerdes<V> extends StreamOptions<Unchecked, V> {
  left?: AnySerde;
  right?: AnySerde;
}
/** Joins two streams. */
export interface StreamJoinOptions<V> extends JoinSerdes<V> {
  /**
   * How far apart the times of two records may lie, and how long late ones are waited for: `within('5m', { grace: '1m'
   * })`.
   */
  window: Configurable<JoinWindow>;
  /** Begins the names of the stores. Default: `<topology>-<member>`. */
  store?: Configurable<string>;
  leftStore?: Configurable<StoreSupplier>;
  rightStore?: Configurable<StoreSupplier>;
  /** Whether the stores have changelogs, or the configuration of their topics. Default: true. */
  logging?: Configurable<boolean | TopicConfig>;
  /** Default: the client's `storeType`. */
  type?: Configurable<'persistent' | 'in-memory'>;
}
/** Joins a stream with a global table. `F` is the type of `on`. */
export interface GlobalJoinOptions<F, V> extends StreamOptions<Unchecked, V> {
  /** Returns the key of the row to look up: `(value, key) => key of the global table`. Null finds nothing. */
  on: F;
}
/** Joins two tables by a key in the rows of the first. `F` is the type of `foreignKey`. */
export interface ForeignKeyJoinOptions<F, V> extends TableOptions<Unchecked, V> {
  /** Returns the key of the row in the second table: `(value, key) => key of the other row`. Null finds nothing. */
  foreignKey: F;
  /** How the topic of the first table is partitioned. Default: by its key. */
  partitioner?: AnyPartitioner;
  /** How the topic of the second table is partitioned. Default: by its key. */
  otherPartitioner?: AnyPartitioner;
}
/**
 * Joins a stream, or a table, with a table of the same key. The options of a store, and `suppress`, are for two tables,
 * whose result is kept when `store` is given.
 */
export interface KeyJoinOptions<V> extends TableOptions<Unchecked, V>, JoinSerdes<V> {
  /**
   * How long records of a stream wait for the table to catch up with their time. The table must be versioned. Default:
   * they do not wait.
   */
  grace?: Configurable<Duration>;
}

/** The records of one type of event. `U` is the stream that they come from. */
export interface OnOptions<U, V> extends StreamOptions<Unchecked, V> {
  /** The stream whose records are routed. Default: the only `@Source` of the class. */
  from?: U;
}

/** Stores of a processor: names of stores that exist, and builders of stores that it brings along. */
export type ProcessorStores = readonly (string | StoreBuilder)[];
export interface ProcessOptions<K = unknown, V = unknown> extends StreamOptions<K, V> {
  /** The stores that `context.getStateStore` finds. Global stores need not be named. */
  stores?: Configurable<ProcessorStores>;
}

export interface AsyncMapValuesOptions<V> extends StreamOptions<Unchecked, V> {
  /** How many records are mapped at once in one task. Default: 64. */
  concurrency?: Configurable<NonNullable<AsyncOptions['concurrency']>>;
  /** How long one attempt may take. Default: 30s. */
  timeout?: Configurable<Duration>;
  /** Whether the method is called again when it fails: what `@Retry` says, too. Default: it is not. */
  retry?: Configurable<NonNullable<AsyncOptions['retry']>>;
}
