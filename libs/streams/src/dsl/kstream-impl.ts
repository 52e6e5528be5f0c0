import type { Headers } from '@ouzel/core';
import type { AsyncMapper, AsyncOptions } from '../operators/async-map-values.js';
import type { Joiner, Predicate, ValueMapper } from '../operators/callbacks.js';
import type { FixedKeyProcessorSupplier, ProcessorSupplier } from '../processor/processor.js';
import type { EventType } from '../operators/route.js';
import type { TopicNameExtractor } from '../topology/plan.js';
import { handleFrom } from './arguments/handle-from.js';
import { KGroupedStreamImpl } from './groups/kgrouped-stream-impl.js';
import { globalHandle } from './global-ktable-impl.js';
import type { StreamHandle } from './handles.js';
import { tableHandle } from './ktable-impl.js';
import type {
  CallbackOptions,
  GlobalJoined,
  Grouped,
  Joined,
  Named,
  PrintOptions,
  ProcessOptions,
  Produced,
  Repartitioned,
  StreamJoined,
  ToTableOptions,
} from './options/index.js';
import { GlobalKTable, KStream, KTable, type BranchedKStream, type KGroupedStream, type RoutedKStream } from './streams-and-tables.js';
import { BranchedKStreamImpl } from './streams/branched-kstream-impl.js';
import { process, processValues } from './streams/process.js';
import { repartitionStream } from './streams/repartition.js';
import { RoutedKStreamImpl } from './streams/routed-kstream-impl.js';
import * as stateless from './streams/stateless.js';
import { joinStreams } from './streams/stream-join.js';
import { joinGlobalTable, joinTable } from './streams/stream-table-join.js';
import { streamToTable } from './streams/stream-to-table.js';
import { streamToTopic } from './streams/to-topic.js';

type JoinOptions<K> = StreamJoined<K, unknown, unknown> | Joined<K, unknown, unknown> | GlobalJoined<K, unknown, unknown>;

/** A stream of a builder's graph (KStreamImpl): each method hands its handle to the operator's own file. */
export class KStreamImpl<K, V> extends KStream<K, V> {
  constructor(private readonly handle: StreamHandle) {
    super();
  }

  /** Returns the handle of a stream, undefined for anything else. */
  static handleOf(stream: unknown): StreamHandle | undefined {
    return stream instanceof KStreamImpl ? stream.handle : undefined;
  }

  override filter<W extends V>(predicate: Predicate<K, V>, options?: CallbackOptions): KStream<K, W> {
    return this.next(stateless.filter(this.handle, predicate, options));
  }

  override filterNot(predicate: Predicate<K, V>, options?: CallbackOptions): KStream<K, V> {
    return this.next(stateless.filterNot(this.handle, predicate, options));
  }

  override map<K2, V2>(mapper: ValueMapper<K, V, readonly [K2 | null, V2]>, options?: CallbackOptions): KStream<K2, V2> {
    return this.next(stateless.map(this.handle, mapper, options));
  }

  override mapValues<V2>(mapper: ValueMapper<K, V, V2>, options?: CallbackOptions): KStream<K, V2> {
    return this.next(stateless.mapValues(this.handle, mapper, options));
  }

  override flatMap<K2, V2>(mapper: ValueMapper<K, V, Iterable<readonly [K2 | null, V2]>>, options?: CallbackOptions): KStream<K2, V2> {
    return this.next(stateless.flatMap(this.handle, mapper, options));
  }

  override flatMapValues<V2>(mapper: ValueMapper<K, V, Iterable<V2>>, options?: CallbackOptions): KStream<K, V2> {
    return this.next(stateless.flatMapValues(this.handle, mapper, options));
  }

  override selectKey<K2>(mapper: ValueMapper<K, V, K2 | null>, options?: CallbackOptions): KStream<K2, V> {
    return this.next(stateless.selectKey(this.handle, mapper, options));
  }

  override peek(action: ValueMapper<K, V, void>, options?: CallbackOptions): KStream<K, V> {
    return this.next(stateless.peek(this.handle, action, options));
  }

  override mapHeaders(mapper: ValueMapper<K, V, Headers>, options?: CallbackOptions): KStream<K, V> {
    return this.next(stateless.mapHeaders(this.handle, mapper, options));
  }

  override forEach(action: ValueMapper<K, V, void>, options?: CallbackOptions): void {
    stateless.forEach(this.handle, action, options);
  }

  override print(options?: PrintOptions<K, V>): void {
    stateless.print(this.handle, options);
  }

  override merge(other: KStream<K, V>, options?: Named): KStream<K, V> {
    return this.next(stateless.merge(this.handle, streamHandle(other, this.handle, 'merge'), options));
  }

  override split(options?: Named): BranchedKStream<K, V> {
    return BranchedKStreamImpl.of<K, V>(this.handle, options);
  }

  override route<F extends string = never>(by: EventType<F>, options?: Named): RoutedKStream<K, V, F> {
    return RoutedKStreamImpl.of<K, V, F>(this.handle, by, options);
  }

  override repartition(options?: Repartitioned<K, V>): KStream<K, V> {
    return this.next(repartitionStream(this.handle, options));
  }

  override to(topic: string | TopicNameExtractor<K, V>, options?: Produced<K, V>): void {
    streamToTopic(this.handle, topic, options);
  }

  override toTable(options?: ToTableOptions<K, V>): KTable<K, V> {
    return this.handle.graph.table(streamToTable(this.handle, options));
  }

  override groupByKey(options?: Grouped<K, V>): KGroupedStream<K, V> {
    return KGroupedStreamImpl.byKey(this.handle, options);
  }

  override groupBy<K2>(selector: ValueMapper<K, V, K2 | null>, options?: Grouped<K2, V>): KGroupedStream<K2, V> {
    return KGroupedStreamImpl.by(this.handle, selector, options);
  }

  override join<Out>(other: unknown, joiner: Joiner<K, V, never, Out>, options?: JoinOptions<K>): KStream<K, Out> {
    return this.joined('inner', other, joiner, options);
  }

  override leftJoin<Out>(other: unknown, joiner: Joiner<K, V, never, Out>, options?: JoinOptions<K>): KStream<K, Out> {
    return this.joined('left', other, joiner, options);
  }

  override outerJoin<R, Out>(
    other: KStream<K, R>,
    joiner: Joiner<K, V | null, R | null, Out>,
    options: StreamJoined<K, V, R>,
  ): KStream<K, Out> {
    const right = streamHandle(other, this.handle, 'outerJoin');
    return this.next(joinStreams('outer', this.handle, right, joiner, options));
  }

  override process<K2, V2>(processor: ProcessorSupplier<K, V, K2, V2>, options?: ProcessOptions): KStream<K2, V2> {
    return this.next(process(this.handle, processor, options));
  }

  override processValues<V2>(processor: FixedKeyProcessorSupplier<K, V, V2>, options?: ProcessOptions): KStream<K, V2> {
    return this.next(processValues(this.handle, processor, options));
  }

  override asyncMapValues<V2>(mapper: AsyncMapper<K, V, V2>, options?: Named & AsyncOptions): KStream<K, V2> {
    return this.next(stateless.asyncMapValues(this.handle, mapper, options));
  }

  private joined<Out>(
    kind: 'inner' | 'left',
    other: unknown,
    joiner: Joiner<K, V, never, Out>,
    options: JoinOptions<K> | undefined,
  ): KStream<K, Out> {
    const { handle } = this;
    const operator = kind === 'inner' ? 'join' : 'leftJoin';
    if (other instanceof KTable) return this.next(joinTable(kind, handle, tableHandle(other, handle, operator), joiner, options));
    if (other instanceof GlobalKTable) {
      const global = globalHandle(other, handle, operator);
      return this.next(joinGlobalTable(kind, handle, global, joiner, options as GlobalJoined<K, unknown, unknown>));
    }
    const right = streamHandle(other, handle, operator);
    return this.next(joinStreams(kind, handle, right, joiner, options as StreamJoined<K, unknown, unknown>));
  }

  private next<K2, V2>(handle: StreamHandle): KStream<K2, V2> {
    return new KStreamImpl(handle);
  }
}

/** Returns the handle of a stream that was passed to an operator. */
function streamHandle(stream: unknown, own: StreamHandle, operator: string): StreamHandle {
  return handleFrom(KStreamImpl.handleOf(stream), 'a stream', own, operator);
}
