import type { Aggregator, Initializer, Merger } from '../operators/callbacks.js';
import type { Windowed } from '../state/store.js';
import type { SessionWindow, SlidingWindow, TimeWindow } from '../windows/index.js';
import type { KGroupedStream } from './kgrouped-stream.js';
import type { KTable } from './ktable.js';
import type { Stored } from './options/index.js';

/** Several grouped streams that are folded into one aggregate, each by its own aggregator. */
export abstract class CogroupedKStream<K, A> {
  /**
   * One more stream.
   * @example customers.cogroup(complaints, (customer, complaint) => customer.with(complaint))
   */
  abstract cogroup<V>(group: KGroupedStream<K, V>, aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A>;

  /**
   * One aggregate per key and window.
   * @example customers.windowedBy(tumbling('1d')).aggregate(() => new Customer())
   */
  abstract windowedBy(window: TimeWindow | SlidingWindow): {
    aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
  };
  abstract windowedBy(window: SessionWindow): {
    aggregate(initial: Initializer<A>, merger: Merger<K, A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
  };

  /**
   * One aggregate per key.
   * @example customers.aggregate(() => new Customer(), { materialized: { store: 'customers' } })
   */
  abstract aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<K, A>;
}
