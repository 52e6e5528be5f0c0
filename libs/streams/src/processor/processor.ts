import type { StoreBuilder, KeyValueStore } from '../state/store.js';
import type { RecordMetadata, StreamRecord } from '../record/record.js';
import type { Duration } from '@ouzel/core';

/**
 * User code of a processor node. There is one instance for each task. When `process` returns a promise, its task waits,
 * and other tasks go on.
 */
export interface Processor<KIn, VIn, KOut, VOut> {
  init?(context: ProcessorContext<KOut, VOut>): void | Promise<void>;
  process(record: StreamRecord<KIn, VIn>): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** A processor that can not change the key, so that nothing needs to be repartitioned behind it. */
export interface FixedKeyProcessor<K, VIn, VOut> {
  init?(context: FixedKeyProcessorContext<K, VOut>): void | Promise<void>;
  process(record: StreamRecord<K, VIn>): void | Promise<void>;
  close?(): void | Promise<void>;
}

/**
 * For KTable.transformValues: synchronous and without forwarding, because a table that is not materialized is also
 * computed when it is looked up.
 */
export interface ValueTransformer<K, V, V2> {
  init?(context: ProcessingContext): void | Promise<void>;
  transform(value: V, key: K): V2;
  close?(): void | Promise<void>;
}

/** Makes one instance per task; `stores` are added and connected by themselves (ConnectedStoreProvider). */
export type Supplier<P> = (() => P | Promise<P>) | { get(): P | Promise<P>; readonly stores?: readonly StoreBuilder[] };
export type ProcessorSupplier<KIn, VIn, KOut, VOut> = Supplier<Processor<KIn, VIn, KOut, VOut>>;
export type FixedKeyProcessorSupplier<K, VIn, VOut> = Supplier<FixedKeyProcessor<K, VIn, VOut>>;
export type ValueTransformerSupplier<K, V, V2> = Supplier<ValueTransformer<K, V, V2>>;

export type PunctuationType = 'stream-time' | 'wall-clock-time';
export interface Cancellable {
  cancel(): void;
}

/** The part of a task that user code sees. */
export interface ProcessingContext {
  readonly applicationId: string;
  /** `0_1`: sub-topology 0, partition 1. */
  readonly taskId: string;
  readonly stateDirectory: string;
  /** Where the record being processed was read; null in a punctuation of either clock. */
  readonly recordMetadata: RecordMetadata | null;
  /** The highest timestamp that this task took from its inputs; -1 before the first. */
  currentStreamTime(): number;
  currentSystemTime(): number;
  /** Throws OUZEL_STORE_UNKNOWN when the store is not connected to this processor. */
  getStateStore<S = KeyValueStore<unknown, unknown>>(name: string): S;
  schedule(
    interval: Duration,
    type: PunctuationType,
    punctuate: (timestamp: number) => void | Promise<void>,
    options?: { startTime?: number },
  ): Cancellable;
  /** Asks for a commit soon; returns at once. */
  commit(): void;
}

export interface ProcessorContext<K, V> extends ProcessingContext {
  /** Forwards a record to all children, or to the one with this name. Await the promise when it returns one. */
  forward<K2 extends K, V2 extends V>(record: StreamRecord<K2, V2>, child?: string): void | Promise<void>;
}

export interface FixedKeyProcessorContext<K, V> extends ProcessingContext {
  forward<V2 extends V>(record: StreamRecord<K, V2>, child?: string): void | Promise<void>;
}
