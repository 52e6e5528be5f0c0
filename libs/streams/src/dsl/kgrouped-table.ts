import type { Aggregator, Initializer, Reducer } from '../operators/callbacks.js';
import type { KTable } from './ktable.js';
import type { Stored } from './options/index.js';

/** A table whose rows are grouped by another key. When a row changes, its old value is taken out of its old group and the new one put into its new group. */
export abstract class KGroupedTable<K, V> {
  /**
   * How many rows each group has.
   * @example accounts.groupBy((account) => [account.bank, account]).count()
   */
  abstract count(options?: Stored<K, number>): KTable<K, number>;

  /**
   * Folds the values of each group: `adder` puts one in, `subtractor` takes one out.
   * @example balances.reduce((sum, balance) => sum + balance, (sum, balance) => sum - balance)
   */
  abstract reduce(adder: Reducer<V>, subtractor: Reducer<V>, options?: Stored<K, V>): KTable<K, V>;

  /**
   * Folds the values of each group into an aggregate: `adder` puts one in, `subtractor` takes one out.
   * @example accounts.aggregate(() => 0, (sum, account) => sum + account.balance, (sum, account) => sum - account.balance)
   */
  abstract aggregate<A>(
    initial: Initializer<A>,
    adder: Aggregator<K, V, A>,
    subtractor: Aggregator<K, V, A>,
    options?: Stored<K, A>,
  ): KTable<K, A>;
}
