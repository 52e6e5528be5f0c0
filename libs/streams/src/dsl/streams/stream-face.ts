import type { Joiner, Predicate, ValueMapper } from '../../operators/callbacks.js';
import type { AsyncOptions } from '../../operators/async-map-values.js';
import type { FixedKeyProcessorSupplier, ProcessorSupplier } from '../../processor/processor.js';
import type { StreamRecord } from '../../processor/record.js';
import type { Serde } from '../../serdes/serde.js';
import type { TopicNameExtractor } from '../../topology/plan.js';
import type { BranchedKStream } from '../branched-kstream.js';
import { GlobalKTable } from '../global-ktable.js';
import type { KGroupedStream } from '../kgrouped-stream.js';
import { KStream } from '../kstream.js';
import { KTable } from '../ktable.js';
import type { Grouped, Joined, Named, Produced, Repartitioned, Stored, StreamJoined } from '../options/index.js';
import { BranchedFace } from './branched-face.js';
import { GroupedStreamFace } from '../groups/grouped-stream-face.js';
import { handleFrom } from '../arguments/handle-from.js';
import { process, processValues } from './process.js';
import { repartitionStream } from './repartition.js';
import * as stateless from './stateless.js';
import type { StreamHandle } from './stream-handle.js';
import { joinStreams } from './stream-join.js';
import { joinGlobalTable, joinTable } from './stream-table-join.js';
import { streamToTable } from './stream-to-table.js';
import { streamToTopic } from './to-topic.js';

type JoinOptions = { readonly on?: unknown };

/** The face of every stream: each method hands its handle to the operator's own file. */
export class StreamFace<K, V> extends KStream<K, V> {
  constructor(readonly handle: StreamHandle) {
    super();
  }

  override filter(predicate: Predicate<K, V>, options?: Named): KStream<K, any> {
    return this.next(stateless.filter(this.handle, predicate, options));
  }

  override filterNot(predicate: Predicate<K, V>, options?: Named): KStream<K, V> {
    return this.next(stateless.filterNot(this.handle, predicate, options));
  }

  override map<K2, V2>(mapper: ValueMapper<K, V, readonly [K2 | null, V2]>, options?: Named): KStream<K2, V2> {
    return this.next(stateless.map(this.handle, mapper, options));
  }

  override mapValues<V2>(mapper: ValueMapper<K, V, V2>, options?: Named): KStream<K, V2> {
    return this.next(stateless.mapValues(this.handle, mapper, options));
  }

  override flatMap<K2, V2>(mapper: ValueMapper<K, V, Iterable<readonly [K2 | null, V2]>>, options?: Named): KStream<K2, V2> {
    return this.next(stateless.flatMap(this.handle, mapper, options));
  }

  override flatMapValues<V2>(mapper: ValueMapper<K, V, Iterable<V2>>, options?: Named): KStream<K, V2> {
    return this.next(stateless.flatMapValues(this.handle, mapper, options));
  }

  override selectKey<K2>(mapper: ValueMapper<K, V, K2 | null>, options?: Named): KStream<K2, V> {
    return this.next(stateless.selectKey(this.handle, mapper, options));
  }

  override peek(action: ValueMapper<K, V, void>, options?: Named): KStream<K, V> {
    return this.next(stateless.peek(this.handle, action, options));
  }

  override forEach(action: ValueMapper<K, V, void>, options?: Named): void {
    stateless.forEach(this.handle, action, options);
  }

  override print(options?: Named & { label?: string; format?: ValueMapper<K, V, string>; write?: (line: string) => void }): void {
    stateless.print(this.handle, options);
  }

  override merge(other: KStream<K, V>, options?: Named): KStream<K, V> {
    return this.next(stateless.merge(this.handle, streamHandle(other, this.handle, 'merge'), options));
  }

  override split(options?: Named): BranchedKStream<K, V> {
    return BranchedFace.of(this.handle, options, (handle) => new StreamFace(handle));
  }

  override repartition(options?: Repartitioned<K, V>): KStream<K, V> {
    return this.next(repartitionStream(this.handle, options));
  }

  override to(topic: string | TopicNameExtractor<K, V>, options?: Produced<K, V>): void {
    streamToTopic(this.handle, topic, options);
  }

  override toTable(options?: Stored<K, V> & { key?: Serde<K>; value?: Serde<V> }): KTable<K, V> {
    return streamToTable(this.handle, options);
  }

  override groupByKey(options?: Grouped<K, V>): KGroupedStream<K, V> {
    return GroupedStreamFace.byKey(this.handle, options);
  }

  override groupBy<K2>(selector: ValueMapper<K, V, K2 | null>, options?: Grouped<K2, V>): KGroupedStream<K2, V> {
    return GroupedStreamFace.by(this.handle, selector, options);
  }

  override join(other: unknown, joiner: Joiner<K, any, any, any>, options?: unknown): KStream<K, any> {
    return this.joined('inner', other, joiner, options as JoinOptions);
  }

  override leftJoin(other: unknown, joiner: Joiner<K, any, any, any>, options?: unknown): KStream<K, any> {
    return this.joined('left', other, joiner, options as JoinOptions);
  }

  override outerJoin<R, Out>(
    other: KStream<K, R>,
    joiner: Joiner<K, V | null, R | null, Out>,
    options: StreamJoined<K, V, R>,
  ): KStream<K, Out> {
    return this.next(joinStreams('outer', this.handle, streamHandle(other, this.handle, 'outerJoin'), joiner, options));
  }

  override process<K2, V2>(processor: ProcessorSupplier<K, V, K2, V2>, options?: Named & { stores?: readonly string[] }): KStream<K2, V2> {
    return this.next(process(this.handle, processor, options));
  }

  override processValues<V2>(
    processor: FixedKeyProcessorSupplier<K, V, V2>,
    options?: Named & { stores?: readonly string[] },
  ): KStream<K, V2> {
    return this.next(processValues(this.handle, processor, options));
  }

  override asyncMapValues<V2>(
    mapper: (value: V, key: K, record: StreamRecord<K, V>, signal: AbortSignal) => Promise<V2>,
    options?: Named & AsyncOptions,
  ): KStream<K, V2> {
    return this.next(stateless.asyncMapValues(this.handle, mapper, options));
  }

  private joined(
    kind: 'inner' | 'left',
    other: unknown,
    joiner: Joiner<K, any, any, any>,
    options: JoinOptions | undefined,
  ): KStream<K, any> {
    const operator = kind === 'inner' ? 'join' : 'leftJoin';
    if (other instanceof KTable) return this.next(joinTable(kind, this.handle, other, joiner, options as Joined<K, any, any> | undefined));
    if (other instanceof GlobalKTable)
      return this.next(joinGlobalTable(kind, this.handle, other, joiner, options as Named & { on: (value: V, key: K) => unknown }));
    return this.next(
      joinStreams(kind, this.handle, streamHandle(other, this.handle, operator), joiner, options as StreamJoined<K, any, any>),
    );
  }

  private next<K2, V2>(handle: StreamHandle): KStream<K2, V2> {
    return new StreamFace(handle);
  }
}

/** The handle of a stream that was given to an operator. */
function streamHandle(stream: unknown, of: StreamHandle, operator: string): StreamHandle {
  return handleFrom(stream instanceof StreamFace ? stream.handle : undefined, 'a stream', of, operator);
}
