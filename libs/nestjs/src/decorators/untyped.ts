/* eslint-disable @typescript-eslint/no-explicit-any -- `any` is needed where the compiler can not know a type, and this file names each such place. */
import type {
  CogroupedKStream,
  Consumed,
  FixedKeyProcessor,
  FixedKeyProcessorContext,
  GlobalKTable,
  KGroupedStream,
  KGroupedTable,
  KStream,
  KTable,
  Materialized,
  Processor,
  ProcessorContext,
  RoutedKStream,
  Serde,
  SessionWindowedKStream,
  StreamJoined,
  StreamPartitioner,
  TimeWindowedKStream,
} from '@ouzel/streams';

/**
 * A key or value of the upstream in a callback of a decorator's options. The compiler reads the options before it knows
 * the class, so it does not check the callback: annotate its parameters where that matters.
 */
export type Unchecked = any;

/** The `config` of the module, in a function of the config. Annotate the parameter with its type. */
export type ModuleConfig = any;

/** A function that the user wrote: a decorated method, or a callback in the options. */
export type UserFunction = (...args: unknown[]) => any;

// Streams, tables and serdes are invariant in their keys and values: only `any` takes those of all keys and values.

export type AnyStream = KStream<any, any>;
export type AnyTable = KTable<any, any>;
export type AnyGlobalTable = GlobalKTable<any, any>;
export type AnyGroup = KGroupedStream<any, any>;
export type AnyRegroupedTable = KGroupedTable<any, any>;
export type AnyTimeWindowed = TimeWindowedKStream<any, any>;
export type AnySessionWindowed = SessionWindowedKStream<any, any>;
export type AnyRoutes = RoutedKStream<any, any>;
export type AnyCogroup = CogroupedKStream<any, any>;

export type AnySerde = Serde<any>;
export type AnyConsumed = Consumed<any, any>;
export type AnyMaterialized = Materialized<any, any>;
export type AnyStreamJoined = StreamJoined<any, any, any>;

export type AnyProcessor = Processor<any, any, any, any>;
export type AnyFixedKeyProcessor = FixedKeyProcessor<any, any, any>;
export type AnyProcessorContext = ProcessorContext<any, any>;
export type AnyFixedKeyProcessorContext = FixedKeyProcessorContext<any, any>;
export type AnyPartitioner = StreamPartitioner<any, any>;
