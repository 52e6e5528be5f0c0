import type { Aggregator, Initializer, Reducer, ValueMapper } from '../../operators/callbacks.js';
import { SessionWindow, type SlidingWindow, type TimeWindow } from '../../windows/index.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';
import type { Grouped, Stored } from '../options/index.js';
import {
  KGroupedStream,
  type CogroupedKStream,
  type KTable,
  type SessionWindowedKStream,
  type TimeWindowedKStream,
} from '../streams-and-tables.js';
import { keySelect } from '../streams/stateless.js';
import { unwindowed } from '../windowings/unwindowed.js';
import { CogroupedKStreamImpl } from './cogrouped-kstream-impl.js';
import { groupedHandle, type GroupedHandle } from './grouped-handle.js';
import { StreamAggregates } from './stream-aggregates.js';
import { SessionWindowedKStreamImpl, TimeWindowedKStreamImpl } from './windowed-kstream-impls.js';

/** A grouped stream (KGroupedStreamImpl). */
export class KGroupedStreamImpl<K, V> extends KGroupedStream<K, V> {
  private readonly aggregates: StreamAggregates<K, V, K>;

  private constructor(private readonly handle: GroupedHandle) {
    super();
    this.aggregates = new StreamAggregates(handle, unwindowed);
  }

  static byKey<K, V>(stream: StreamHandle, options: Grouped<K, V> | undefined): KGroupedStreamImpl<K, V> {
    const { key = stream.key, value = stream.value } = withSerdes(options, 'groupByKey');
    return new KGroupedStreamImpl(groupedHandle({ ...stream, key, value }, nameIn(options, 'groupByKey')));
  }

  static by<K, V, K2>(
    stream: StreamHandle,
    selector: ValueMapper<K, V, K2 | null>,
    options: Grouped<K2, V> | undefined,
  ): KGroupedStreamImpl<K2, V> {
    const { key, value = stream.value } = withSerdes(options, 'groupBy');
    callback(selector, 'the selector of groupBy');
    const node = keySelect(stream, selector, options, 'groupBy');
    return new KGroupedStreamImpl(groupedHandle({ ...stream, node, key, value, needsRepartition: true }, nameIn(options, 'groupBy')));
  }

  override count(options?: Stored<K, number>): KTable<K, number> {
    return this.aggregates.count(options);
  }

  override reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<K, V> {
    return this.aggregates.reduce(reducer, options);
  }

  override aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<K, A> {
    return this.aggregates.aggregate(initial, aggregator, options);
  }

  override windowedBy(window: TimeWindow | SlidingWindow): TimeWindowedKStream<K, V>;
  override windowedBy(window: SessionWindow): SessionWindowedKStream<K, V>;
  override windowedBy(window: TimeWindow | SlidingWindow | SessionWindow): TimeWindowedKStream<K, V> | SessionWindowedKStream<K, V> {
    return window instanceof SessionWindow
      ? new SessionWindowedKStreamImpl<K, V>(this.handle, window)
      : new TimeWindowedKStreamImpl<K, V>(this.handle, window);
  }

  override cogroup<A>(aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    const handleOf = (group: unknown) => (group instanceof KGroupedStreamImpl ? group.handle : undefined);
    return CogroupedKStreamImpl.of<K, V, A>(this.handle, aggregator, handleOf);
  }
}
