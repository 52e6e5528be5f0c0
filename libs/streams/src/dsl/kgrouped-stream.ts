import type { Aggregator, Initializer, Reducer } from '../operators/callbacks.js';
import type { SessionWindow, SlidingWindow, TimeWindow } from '../windows/index.js';
import type { CogroupedKStream } from './cogrouped-kstream.js';
import type { KTable } from './ktable.js';
import type { Stored } from './options/index.js';
import type { SessionWindowedKStream, TimeWindowedKStream } from './windowed-kstreams.js';

/** A stream whose records are grouped by key. Without windows, records without key or value are dropped. */
export abstract class KGroupedStream<K, V> {
  /**
   * How many records each key had; stored as the 8-byte long of Java.
   * @example payments.groupByKey().count({ materialized: { store: 'payments-per-user' } })
   */
  abstract count(options?: Stored<K, number>): KTable<K, number>;

  /**
   * Folds the values of each key; the first value is the first result. Null deletes the row.
   * @example amounts.groupByKey().reduce((sum, amount) => sum + amount)
   */
  abstract reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<K, V>;

  /**
   * Folds the values of each key into an aggregate. Null deletes the row, and the next value begins anew.
   * @example payments.groupByKey().aggregate(() => 0, (total, payment) => total + payment.amount, { materialized: { value: serdes.double } })
   */
  abstract aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<K, A>;

  /**
   * One aggregate per key and window.
   * @example payments.groupByKey().windowedBy(tumbling('1m', { grace: '10s' })).count()
   */
  abstract windowedBy(window: TimeWindow | SlidingWindow): TimeWindowedKStream<K, V>;
  abstract windowedBy(window: SessionWindow): SessionWindowedKStream<K, V>;

  /**
   * The first of several groups that are folded into one aggregate.
   * @example orders.groupByKey().cogroup((customer, order) => customer.with(order)).cogroup(complaints, add).aggregate(() => new Customer())
   */
  abstract cogroup<A>(aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A>;
}
