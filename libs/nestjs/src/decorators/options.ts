import type {
  Consumed,
  Duration,
  EmitStrategy,
  Produced,
  Serde,
  SessionWindow,
  SlidingWindow,
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
