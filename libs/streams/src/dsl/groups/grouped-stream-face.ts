import type { Aggregator, Initializer, Reducer, ValueMapper } from '../../operators/callbacks.js';
import { SessionWindow, type SlidingWindow, type TimeWindow } from '../../windows/index.js';
import type { CogroupedKStream } from '../cogrouped-kstream.js';
import { KGroupedStream } from '../kgrouped-stream.js';
import type { KTable } from '../ktable.js';
import type { Grouped, Stored } from '../options/index.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import { CogroupedFace } from './cogrouped-face.js';
import { groupedHandle, type GroupedHandle } from './grouped-handle.js';
import { keySelect } from '../streams/stateless.js';
import { aggregateStream, countStream, reduceStream } from './stream-aggregates.js';
import type { StreamHandle } from '../streams/stream-handle.js';
import { SessionWindowedFace } from './session-windowed-face.js';
import { TimeWindowedFace } from './time-windowed-face.js';

/** The face of every grouped stream. */
export class GroupedStreamFace<K, V> extends KGroupedStream<K, V> {
  private constructor(readonly handle: GroupedHandle) {
    super();
  }

  static byKey<K, V>(stream: StreamHandle, options: Grouped<K, V> | undefined): GroupedStreamFace<K, V> {
    const { key, value } = withSerdes(options, 'groupByKey');
    return new GroupedStreamFace(
      groupedHandle({ ...stream, key: key ?? stream.key, value: value ?? stream.value }, nameIn(options, 'groupByKey')),
    );
  }

  static by<K, V>(stream: StreamHandle, selector: ValueMapper<any, any, any>, options: Grouped<K, V> | undefined): GroupedStreamFace<K, V> {
    const { key, value } = withSerdes(options, 'groupBy');
    callback(selector, 'the selector of groupBy');
    const node = keySelect(stream, selector, options, 'groupBy');
    return new GroupedStreamFace(
      groupedHandle({ ...stream, node, key, value: value ?? stream.value, needsRepartition: true }, nameIn(options, 'groupBy')),
    );
  }

  override count(options?: Stored<K, number>): KTable<K, number> {
    return countStream(this.handle, options);
  }

  override reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<K, V> {
    return reduceStream(this.handle, reducer, options);
  }

  override aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<K, A> {
    return aggregateStream(this.handle, initial, aggregator, options);
  }

  override windowedBy(window: TimeWindow | SlidingWindow): TimeWindowedFace<K, V>;
  override windowedBy(window: SessionWindow): SessionWindowedFace<K, V>;
  override windowedBy(window: TimeWindow | SlidingWindow | SessionWindow): TimeWindowedFace<K, V> | SessionWindowedFace<K, V> {
    return window instanceof SessionWindow ? new SessionWindowedFace(this.handle, window) : new TimeWindowedFace(this.handle, window);
  }

  override cogroup<A>(aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return CogroupedFace.of<K, A>(this.handle, aggregator);
  }
}
