import type { Aggregator, Initializer, Merger, Reducer } from '../operators/callbacks.js';
import type { Windowed } from '../state/store.js';
import type { EmitStrategy } from '../windows/index.js';
import type { KTable } from './ktable.js';
import type { Stored } from './options/index.js';

/** A grouped stream in time or sliding windows. */
export abstract class TimeWindowedKStream<K, V> {
  /**
   * When results are forwarded: 'update' (default) with every record, 'close' once, when the window has closed.
   * @example grouped.windowedBy(tumbling('1m')).emitStrategy('close').count()
   */
  abstract emitStrategy(strategy: EmitStrategy): this;

  /**
   * How many records each key had in each window; records without a value count.
   * @example grouped.windowedBy(hopping('1m', '10s')).count()
   */
  abstract count(options?: Stored<K, number>): KTable<Windowed<K>, number>;

  /**
   * Folds the values of each key and window; the first value is the first result.
   * @example grouped.windowedBy(tumbling('1m')).reduce((sum, amount) => sum + amount)
   */
  abstract reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V>;

  /**
   * Folds the values of each key and window into an aggregate.
   * @example grouped.windowedBy(sliding('1m')).aggregate(() => 0, (total, payment) => total + payment.amount)
   */
  abstract aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
}

/** A grouped stream in sessions. When a record joins sessions, those it joins are deleted and the longer one put in their place. */
export abstract class SessionWindowedKStream<K, V> {
  /**
   * When results are forwarded: 'update' (default) with every record, 'close' once, when the session has closed.
   * @example grouped.windowedBy(session('30m')).emitStrategy('close').count()
   */
  abstract emitStrategy(strategy: EmitStrategy): this;

  /**
   * How many records each session has.
   * @example clicks.groupByKey().windowedBy(session('30m')).count()
   */
  abstract count(options?: Stored<K, number>): KTable<Windowed<K>, number>;

  /**
   * Folds the values of each session; also folds two sessions that become one.
   * @example grouped.windowedBy(session('30m')).reduce((sum, amount) => sum + amount)
   */
  abstract reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V>;

  /**
   * Folds the values of each session into an aggregate; `merger` folds two sessions that become one.
   * @example clicks.windowedBy(session('30m')).aggregate(() => [], (path, page) => [...path, page], (first, second) => [...first, ...second])
   */
  abstract aggregate<A>(
    initial: Initializer<A>,
    aggregator: Aggregator<K, V, A>,
    merger: Merger<K, A>,
    options?: Stored<K, A>,
  ): KTable<Windowed<K>, A>;
}
