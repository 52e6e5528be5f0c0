import { duration, flag, integer, oneOf, type Reader } from '@ouzel/core/settings';
import type {
  EmitStrategy,
  EventType,
  JoinWindow,
  OffsetReset,
  RetryOptions,
  StoreBuilder,
  StoreSupplier,
  StreamPartitioner,
  Suppression,
  TimestampExtractor,
  TopicConfig,
} from '@ouzel/streams';
import type { AnySerde, UserFunction } from '../../decorators/untyped.js';
import * as read from './option-readers.js';

/**
 * Options of a member as the DSL takes them: functions of the config are called, and durations are milliseconds. No
 * operator has all of them.
 */
export interface OperatorOptions {
  readonly key?: AnySerde;
  readonly value?: AnySerde;
  readonly to?: string;
  readonly timestamp?: TimestampExtractor;
  readonly offsetReset?: OffsetReset;
  readonly tombstones?: 'pass' | 'drop';
  readonly store?: string | StoreSupplier;
  readonly caching?: boolean;
  readonly logging?: boolean | TopicConfig;
  readonly retention?: number;
  readonly ttl?: number;
  readonly type?: 'persistent' | 'in-memory';
  readonly suppress?: Suppression;
  readonly partitions?: number;
  readonly partitioner?: StreamPartitioner<unknown, unknown>;
  readonly groupBy?: UserFunction;
  readonly window?: read.Windows | JoinWindow;
  readonly emit?: EmitStrategy;
  readonly initial?: UserFunction;
  readonly subtract?: UserFunction;
  readonly merge?: UserFunction;
  readonly into?: string;
  readonly left?: AnySerde;
  readonly right?: AnySerde;
  readonly leftStore?: StoreSupplier;
  readonly rightStore?: StoreSupplier;
  readonly grace?: number;
  readonly on?: UserFunction;
  readonly foreignKey?: UserFunction;
  readonly otherPartitioner?: StreamPartitioner<unknown, unknown>;
  readonly stores?: readonly (string | StoreBuilder)[];
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly retry?: RetryOptions;
  readonly eventType?: EventType;
  /** The type of event that a member with `@On` takes. */
  readonly event?: string;
}

/** The options that an operator has, by name, each with the reader of its value. */
export type OptionReaders = Readonly<{ [Name in keyof OperatorOptions]: Reader<never, OperatorOptions[Name]> }>;

const serdes = { key: read.serde, value: read.serde };
const to = { to: read.topic };
const storeType = { type: oneOf('persistent', 'in-memory') };
const consumed = { ...serdes, timestamp: read.callback, tombstones: oneOf('pass', 'drop') };

const storeOptions = {
  store: read.storeName,
  caching: flag,
  logging: read.logging,
  retention: duration(),
  ttl: duration(1),
  ...storeType,
};
/** The options of a store, which every table has or may have. */
export const storeOptionNames = [
  'store',
  'caching',
  'logging',
  'retention',
  'ttl',
  'type',
] as const satisfies readonly (keyof typeof storeOptions)[];

const stream = { ...serdes, ...to };
const table = { ...stream, ...storeOptions, suppress: read.suppression };
const aggregate = { ...table, groupBy: read.callback, window: read.window, emit: oneOf('update', 'close') };

/** The options of each kind of operator. The types of `decorators/options.ts` say the same to the compiler. */
export const optionsOf = {
  none: {},
  source: { ...consumed, ...to, offsetReset: read.offsetReset, eventType: read.eventType },
  table: { ...consumed, ...table, offsetReset: read.offsetReset },
  globalTable: { ...consumed, store: read.storeName, ...storeType },
  stream,
  streamOrTable: table,
  repartition: { ...stream, partitions: integer(1), partitioner: read.callback },
  sink: { ...serdes, partitioner: read.callback },
  count: aggregate,
  reduce: { ...aggregate, subtract: read.callback },
  aggregate: { ...aggregate, initial: read.callback, subtract: read.callback, merge: read.callback },
  cogroup: { ...table, window: read.window, initial: read.callback, merge: read.callback },
  fold: { ...serdes, groupBy: read.callback, into: read.memberName },
  join: {
    ...table,
    window: read.joinWindow,
    left: read.serde,
    right: read.serde,
    leftStore: read.supplier,
    rightStore: read.supplier,
    grace: duration(),
    on: read.callback,
    foreignKey: read.callback,
    partitioner: read.callback,
    otherPartitioner: read.callback,
  },
  on: { ...stream, event: read.eventName },
  process: { ...stream, stores: read.processorStores },
  asyncMapValues: { ...stream, concurrency: integer(1), timeout: duration(1), retry: read.retry },
} satisfies Readonly<Record<string, OptionReaders>>;
