import { TopologyError } from '@ouzel/core';
import type { Aggregator, Initializer, Merger, Reducer } from '../../operators/callbacks.js';
import type { Windowed } from '../../state/store.js';
import { TimeWindow, type EmitStrategy, type SessionWindow, type SlidingWindow } from '../../windows/index.js';
import type { Stored } from '../options/index.js';
import { SessionWindowedKStream, TimeWindowedKStream, type KTable } from '../streams-and-tables.js';
import { windowingOf } from '../windowings/windowing-of.js';
import type { GroupedHandle } from './grouped-handle.js';
import { StreamAggregates } from './stream-aggregates.js';

/** A stream grouped in time or sliding windows (TimeWindowedKStreamImpl, SlidingWindowedKStreamImpl). */
export class TimeWindowedKStreamImpl<K, V> extends TimeWindowedKStream<K, V> {
  private readonly aggregates: StreamAggregates<K, V, Windowed<K>>;

  constructor(
    group: GroupedHandle,
    private readonly window: TimeWindow | SlidingWindow,
  ) {
    super();
    this.aggregates = new StreamAggregates(group, windowingOf(window));
  }

  override emitStrategy(strategy: EmitStrategy): this {
    this.aggregates.emit = checkedStrategy(strategy);
    if (strategy === 'close' && this.window instanceof TimeWindow && this.window.sizeMs === Infinity)
      throw new TopologyError('OUZEL_TOPOLOGY', { what: "an unlimited window never closes, so its result cannot be emitted on 'close'" });
    return this;
  }

  override count(options?: Stored<K, number>): KTable<Windowed<K>, number> {
    return this.aggregates.count(options);
  }

  override reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V> {
    return this.aggregates.reduce(reducer, options);
  }

  override aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<Windowed<K>, A> {
    return this.aggregates.aggregate(initial, aggregator, options);
  }
}

/** A stream grouped in sessions (SessionWindowedKStreamImpl). */
export class SessionWindowedKStreamImpl<K, V> extends SessionWindowedKStream<K, V> {
  private readonly aggregates: StreamAggregates<K, V, Windowed<K>>;

  constructor(group: GroupedHandle, window: SessionWindow) {
    super();
    this.aggregates = new StreamAggregates(group, windowingOf(window));
  }

  override emitStrategy(strategy: EmitStrategy): this {
    this.aggregates.emit = checkedStrategy(strategy);
    return this;
  }

  override count(options?: Stored<K, number>): KTable<Windowed<K>, number> {
    return this.aggregates.count(options);
  }

  override reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V> {
    return this.aggregates.reduce(reducer, options);
  }

  override aggregate<A>(
    initial: Initializer<A>,
    aggregator: Aggregator<K, V, A>,
    merger: Merger<K, A>,
    options?: Stored<K, A>,
  ): KTable<Windowed<K>, A> {
    return this.aggregates.aggregateSessions(initial, aggregator, merger, options);
  }
}

function checkedStrategy(strategy: EmitStrategy): EmitStrategy {
  if (strategy === 'update' || strategy === 'close') return strategy;
  throw new TopologyError('OUZEL_TOPOLOGY', { what: `emitStrategy must be 'update' or 'close', not ${JSON.stringify(strategy)}` });
}
