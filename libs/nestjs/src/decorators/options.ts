import type {
  AsyncOptions,
  Consumed,
  Duration,
  EmitStrategy,
  JoinWindow,
  Produced,
  Serde,
  SessionWindow,
  SlidingWindow,
  StoreBuilder,
  StoreSupplier,
  StreamPartitioner,
  Suppression,
  TimeWindow,
  TopicConfig,
} from '@ouzel/streams';

/** A value, or a function that gets it from the `config` of the module when the application boots. */
export type Configurable<T> = T | ((config: any) => T);

/** Serdes of what the member carries: for its own `to`, and for those after it that need to write records down and know no better. */
export interface SerdeOptions<K, V> {
  key?: Serde<K>;
  value?: Serde<V>;
}

/** Options of a member that is a stream. */
export interface StreamOptions<K = unknown, V = unknown> extends SerdeOptions<K, V> {
  /** Topic that the records of this member are written to as well. It must exist. */
  to?: Configurable<string>;
}

/** How a store is kept; flattened `Materialized` of the DSL. */
export interface StoreOptions {
  /** Name of the store. Default: the member's name in kebab-case. */
  store?: Configurable<string | StoreSupplier>;
  caching?: Configurable<boolean>;
  logging?: Configurable<boolean | TopicConfig>;
  retention?: Configurable<Duration>;
  type?: Configurable<'persistent' | 'in-memory'>;
}

/** Options of a member that is a table. `to` writes its changes. */
export interface TableOptions<K = unknown, V = unknown> extends StreamOptions<K, V>, StoreOptions {
  /** Holds changes back: see `untilWindowCloses`, `untilTimeLimit`. */
  suppress?: Configurable<Suppression>;
}

/** Options of an operator that works on streams and on tables alike; those of a store count on a table only, which is kept when `store` is given. */
export type StreamOrTableOptions<K = unknown, V = unknown> = TableOptions<K, V>;

export interface SourceOptions<K, V> extends Omit<Consumed<K, V>, 'name' | 'offsetReset'>, Pick<StreamOptions, 'to'> {
  offsetReset?: Configurable<Consumed<K, V>['offsetReset']>;
}
export interface TableSourceOptions<K, V> extends SourceOptions<K, V>, StoreOptions, Pick<TableOptions, 'suppress'> {}

/** A global table has no changelog and sends no changes on. It is always read from the beginning. */
export interface GlobalTableOptions<K, V> extends Omit<SourceOptions<K, V>, 'to' | 'offsetReset'>, Pick<StoreOptions, 'store' | 'type'> {}

export interface RepartitionOptions<K, V> extends StreamOptions<K, V> {
  /** Default: the largest number among the topics that it is fed from. */
  partitions?: Configurable<number>;
  partitioner?: StreamPartitioner<any, any>;
}
export type ToOptions<K, V> = Omit<Produced<K, V>, 'name'>;

export type Windows = TimeWindow | SlidingWindow | SessionWindow;

/** Options that all aggregates share. `GK`: what is grouped by. */
export interface GroupedOptions<GK, W, V> extends TableOptions<any, V> {
  /**
   * What to group by; left out: the key of the record. Of a table, answers key and value: `(value, key) => [newKey, newValue]`, and is required.
   * The operator behind is named `<topology>-<member>-by`, and so is the repartition topic that it needs.
   */
  groupBy?: (value: any, key: any, record: any) => GK;
  /** Left out: one aggregate per key for ever. */
  window?: Configurable<W>;
  /** When windows send results: at each `update`, or once when they `close`. */
  emit?: Configurable<EmitStrategy>;
}
export type CountOptions<GK, W> = GroupedOptions<GK, W, number>;
export interface ReduceOptions<GK, W, V> extends GroupedOptions<GK, W, V> {
  /** Of a table, required: takes the former value of a row out again. */
  subtract?: (aggregate: any, value: any) => V | null;
}
export interface AggregateOptions<GK, W, A> extends GroupedOptions<GK, W, A> {
  /** The aggregate before its first record. */
  initial: () => A;
  /** Of a table, required: takes the former value of a row out again. */
  subtract?: (aggregate: A, value: any, key: any) => A | null;
  /** With session windows, required: makes one aggregate of two when sessions grow together. */
  merge?: (left: A, right: A, key: any) => A;
}

/** The table that the folds of a `@Cogroup` make. */
export interface CogroupOptions<W, A> extends TableOptions<any, A> {
  /** Left out: one aggregate per key for ever. */
  window?: Configurable<W>;
  /** The aggregate before its first record. */
  initial: () => A;
  /** With session windows, required: makes one aggregate of two when sessions grow together. */
  merge?: (left: A, right: A, key: any) => A;
}
/** One stream that is folded into a `@Cogroup`. `GK`: what is grouped by. */
export interface FoldOptions<Into, GK> extends SerdeOptions<any, any> {
  /** Member with `@Cogroup` that the method folds into. */
  into: Into;
  /** What to group by; left out: the key of the record. Behind it stands a repartition topic, named `<topology>-<member>-by`. */
  groupBy?: (value: any, key: any, record: any) => GK;
}

/** Serdes of what is joined, where a repartition topic or a store needs them and they are not those of the members. `key` is that of both, and of what comes out. */
interface JoinSerdes<V> extends StreamOptions<any, V> {
  left?: Serde<any>;
  right?: Serde<any>;
}
/** Two streams. */
export interface StreamJoinOptions<V> extends JoinSerdes<V> {
  /** How far apart the times of two records may lie, and how long late ones are waited for: `within('5m', { grace: '1m' })`. */
  window: Configurable<JoinWindow>;
  /** Begins the names of the stores. Default: `<topology>-<member>`. */
  store?: Configurable<string>;
  leftStore?: Configurable<StoreSupplier>;
  rightStore?: Configurable<StoreSupplier>;
  logging?: Configurable<boolean | TopicConfig>;
  type?: Configurable<'persistent' | 'in-memory'>;
}
/** A stream and a global table. `F`: how the key of the table is found. */
export interface GlobalJoinOptions<F, V> extends StreamOptions<any, V> {
  /** Answers the key to look up: `(value, key) => key of the global table`; null finds nothing. */
  on: F;
}
/** Two tables by a key that stands in the rows of the first. `F`: how that key is found. */
export interface ForeignKeyJoinOptions<F, V> extends TableOptions<any, V> {
  /** Answers the key of the second table: `(value, key) => key of the other row`; null finds nothing. */
  foreignKey: F;
  /** How the topic of the first table is partitioned, where it is not by its key. */
  partitioner?: StreamPartitioner<any, any>;
  /** The same for the second. */
  otherPartitioner?: StreamPartitioner<any, any>;
}
/** A stream or a table, and a table with the same key. Those of a store, and `suppress`, count where the first is a table, which is kept when `store` is given. */
export interface KeyJoinOptions<V> extends TableOptions<any, V>, JoinSerdes<V> {
  /** How long records of a stream wait for the table to catch up with their time; the table must be versioned. */
  grace?: Configurable<Duration>;
}

/** Stores of a processor: those that are there by name, and builders of those that it brings along. */
export type ProcessorStores = readonly (string | StoreBuilder)[];
export interface ProcessOptions<K = unknown, V = unknown> extends StreamOptions<K, V> {
  /** What `context.getStateStore` knows; global stores need not be named. */
  stores?: Configurable<ProcessorStores>;
}

export interface AsyncMapValuesOptions<V> extends StreamOptions<any, V> {
  /** Records at work at once in one task. Default 64. */
  concurrency?: Configurable<NonNullable<AsyncOptions['concurrency']>>;
  /** Of one attempt. Default 30s. */
  timeout?: Configurable<Duration>;
  /** Attempts in all (default 1), and how long is waited before the second; doubled each time (default 100ms). */
  retry?: Configurable<NonNullable<AsyncOptions['retry']>>;
}
