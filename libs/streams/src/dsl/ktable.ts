import type { Joiner } from '../operators/callbacks.js';
import type { ValueTransformerSupplier } from '../processor/processor.js';
import type { Suppression } from '../windows/index.js';
import type { KGroupedTable } from './kgrouped-table.js';
import type { KStream } from './kstream.js';
import type { ForeignKeyJoined, Grouped, Named, Stored } from './options/index.js';

/**
 * A table: the newest value of each key, and a stream of its changes. It is kept in a store where somebody needs that, or where `materialized` names one; else
 * it is computed from the table above whenever it is asked.
 */
export abstract class KTable<K, V> {
  /** By which its store is asked; null when it has none with a name. */
  abstract readonly queryableStoreName: string | null;

  /**
   * The rows that the predicate accepts; a row that no longer fits is deleted.
   * @example accounts.filter((account) => account.balance < 0, { materialized: { store: 'overdrawn' } })
   */
  abstract filter(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V>;

  /**
   * The rows that the predicate does not accept.
   * @example accounts.filterNot((account) => account.closed)
   */
  abstract filterNot(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V>;

  /**
   * A new value for each row.
   * @example accounts.mapValues((account) => account.balance)
   */
  abstract mapValues<V2>(mapper: (value: V, key: K) => V2, options?: Stored<K, V2>): KTable<K, V2>;

  /**
   * A new value for each row by a transformer of your own, one per task, which may use stores.
   * @example accounts.transformValues(() => new Scoring(), { stores: ['scores'] })
   */
  abstract transformValues<V2>(
    transformer: ValueTransformerSupplier<K, V, V2>,
    options?: Stored<K, V2> & { stores?: readonly string[] },
  ): KTable<K, V2>;

  /**
   * The changes as records, deletions as null values; with `selectKey` under another key.
   * @example totals.toStream().to('totals')
   */
  abstract toStream<K2>(selectKey: (value: V, key: K) => K2 | null, options?: Named): KStream<K2, V>;
  abstract toStream(options?: Named): KStream<K, V>;

  /**
   * Holds changes back.
   * @example spendPerMinute.suppress(untilWindowCloses())
   */
  abstract suppress(suppression: Suppression, options?: Named): KTable<K, V>;

  /**
   * Groups the rows by another key; a row for which the selector answers null, or a null key or value, is in no group.
   * @example accounts.groupBy((account) => [account.bank, account.balance]).reduce((sum, balance) => sum + balance, (sum, balance) => sum - balance)
   */
  abstract groupBy<K2, V2>(
    selector: (value: V, key: K) => readonly [K2 | null, V2 | null] | null,
    options?: Grouped<K2, V2>,
  ): KGroupedTable<K2, V2>;

  // Foreign keys stand first: else callbacks in `options` would not be typed where FK is K.
  /**
   * Inner join, row by row: by the key of both tables, or by the foreign key that stands in this table's rows.
   * @example accounts.join(owners, (account, owner) => ({ ...account, owner }))
   * @example comments.join(articles, (comment, article) => ({ ...comment, title: article.title }), { foreignKey: (comment) => comment.articleId })
   */
  abstract join<FK, R, Out>(other: KTable<FK, R>, joiner: Joiner<K, V, R, Out>, options: ForeignKeyJoined<K, V, FK, Out>): KTable<K, Out>;
  abstract join<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V, R, Out>, options?: Stored<K, Out>): KTable<K, Out>;

  /**
   * As `join`; rows of this table that have no counterpart are joined with null.
   * @example accounts.leftJoin(owners, (account, owner) => ({ ...account, owner: owner ?? 'nobody' }))
   */
  abstract leftJoin<FK, R, Out>(
    other: KTable<FK, R>,
    joiner: Joiner<K, V, R | null, Out>,
    options: ForeignKeyJoined<K, V, FK, Out>,
  ): KTable<K, Out>;
  abstract leftJoin<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V, R | null, Out>, options?: Stored<K, Out>): KTable<K, Out>;

  /**
   * As `join`; rows of either table that have no counterpart are joined with null.
   * @example planned.outerJoin(actual, (plan, fact) => ({ plan, fact }))
   */
  abstract outerJoin<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V | null, R | null, Out>, options?: Stored<K, Out>): KTable<K, Out>;
}
