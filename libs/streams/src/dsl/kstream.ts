import type { Joiner, Predicate, ValueMapper } from '../operators/callbacks.js';
import type { AsyncOptions } from '../operators/async-map-values.js';
import type { FixedKeyProcessorSupplier, ProcessorSupplier } from '../processor/processor.js';
import type { StreamRecord } from '../processor/record.js';
import type { Serde } from '../serdes/serde.js';
import type { TopicNameExtractor } from '../topology/plan.js';
import type { BranchedKStream } from './branched-kstream.js';
import type { GlobalKTable } from './global-ktable.js';
import type { KGroupedStream } from './kgrouped-stream.js';
import type { KTable } from './ktable.js';
import type { Grouped, Joined, Named, Produced, Repartitioned, Stored, StreamJoined } from './options/index.js';

/**
 * A stream of records. Every operator answers a new stream and leaves this one as it is; a stream may feed any number of operators.
 *
 * A key that a callback answers may be null; the type of the result does not show it, so that the stream still fits tables and streams of that key. An operator
 * that changes the key makes the next keyed operator (grouping, join, toTable) repartition its records through an internal topic.
 */
export abstract class KStream<K, V> {
  /**
   * The records that the predicate accepts. Null keys and values are passed to it like any other.
   * @example payments.filter((payment) => payment.amount > 100)
   */
  abstract filter<W extends V>(predicate: (value: V, key: K, record: StreamRecord<K, V>) => value is W, options?: Named): KStream<K, W>;
  abstract filter(predicate: Predicate<K, V>, options?: Named): KStream<K, V>;

  /**
   * The records that the predicate does not accept.
   * @example payments.filterNot((payment, key) => key === 'unknown')
   */
  abstract filterNot(predicate: Predicate<K, V>, options?: Named): KStream<K, V>;

  /**
   * New key and value of each record. Changes the key; `mapValues` does not.
   * @example payments.map((payment) => [payment.userId, payment.amount])
   */
  abstract map<K2, V2>(mapper: ValueMapper<K, V, readonly [K2 | null, V2]>, options?: Named): KStream<K2, V2>;

  /**
   * A new value for each record; the key stays.
   * @example payments.mapValues((payment) => payment.amount)
   */
  abstract mapValues<V2>(mapper: ValueMapper<K, V, V2>, options?: Named): KStream<K, V2>;

  /**
   * Any number of records for each. Changes the key.
   * @example orders.flatMap((order) => order.lines.map((line) => [line.article, line.count]))
   */
  abstract flatMap<K2, V2>(mapper: ValueMapper<K, V, Iterable<readonly [K2 | null, V2]>>, options?: Named): KStream<K2, V2>;

  /**
   * Any number of records for each; the key stays.
   * @example lines.flatMapValues((line) => line.split(' '))
   */
  abstract flatMapValues<V2>(mapper: ValueMapper<K, V, Iterable<V2>>, options?: Named): KStream<K, V2>;

  /**
   * A new key for each record.
   * @example payments.selectKey((payment) => payment.userId)
   */
  abstract selectKey<K2>(mapper: ValueMapper<K, V, K2 | null>, options?: Named): KStream<K2, V>;

  /**
   * Calls the action with each record and hands the record on.
   * @example payments.peek((payment) => log.debug(payment.id))
   */
  abstract peek(action: ValueMapper<K, V, void>, options?: Named): KStream<K, V>;

  /**
   * Ends the stream in an action.
   * @example alerts.forEach((alert) => pager.call(alert))
   */
  abstract forEach(action: ValueMapper<K, V, void>, options?: Named): void;

  /**
   * Ends the stream in lines of text, `[label]: key, value`. `label` defaults to the name of the node above, `format` to key and value with a comma,
   * `write` to standard output.
   * @example payments.print({ label: 'payments' })
   */
  abstract print(options?: Named & { label?: string; format?: ValueMapper<K, V, string>; write?: (line: string) => void }): void;

  /**
   * The records of both streams; those of different partitions in no particular order.
   * @example cards.merge(transfers)
   */
  abstract merge(other: KStream<K, V>, options?: Named): KStream<K, V>;

  /**
   * Sends each record to the first branch whose predicate holds.
   * @example payments.split({ name: 'size-' }).branch((payment) => payment.amount > 100, { name: 'large' }).defaultBranch({ name: 'small' })
   */
  abstract split(options?: Named): BranchedKStream<K, V>;

  /**
   * Writes the stream to an internal topic and reads it back, so that records of one key come to one task.
   * @example payments.selectKey((payment) => payment.userId).repartition({ name: 'by-user', partitions: 6 })
   */
  abstract repartition(options?: Repartitioned<K, V>): KStream<K, V>;

  /**
   * Ends the stream in a topic, which must exist; a function chooses one for each record.
   * @example payments.to('unknown-payment', { key: serdes.string, value: serdes.json<Payment>() })
   */
  abstract to(topic: string | TopicNameExtractor<K, V>, options?: Produced<K, V>): void;

  /**
   * The newest value of each key. A record without a value deletes its key, one without a key is dropped.
   * @example accounts.toTable({ materialized: { store: 'accounts' } })
   */
  abstract toTable(options?: Stored<K, V> & { key?: Serde<K>; value?: Serde<V> }): KTable<K, V>;

  /**
   * Groups by the key that the records have.
   * @example payments.groupByKey().count()
   */
  abstract groupByKey(options?: Grouped<K, V>): KGroupedStream<K, V>;

  /**
   * Groups by another key. Changes the key; records whose new key is null are dropped by what follows.
   * @example payments.groupBy((payment) => payment.userId, { key: serdes.string }).count()
   */
  abstract groupBy<K2>(selector: ValueMapper<K, V, K2 | null>, options?: Grouped<K2, V>): KGroupedStream<K2, V>;

  /**
   * Inner join: with another stream, records of one key whose times are within the window; with a table, its value at the time of processing; with a global
   * table, by the key that `on` finds.
   * @example orders.join(payments, (order, payment) => ({ order, payment }), { window: within('5m') })
   * @example payments.join(accounts, (payment, account) => ({ ...payment, owner: account.owner }))
   * @example payments.join(currencies, (payment, currency) => payment.amount * currency.rate, { on: (payment) => payment.currency })
   */
  abstract join<R, Out>(other: KStream<K, R>, joiner: Joiner<K, V, R, Out>, options: StreamJoined<K, V, R>): KStream<K, Out>;
  abstract join<R, Out>(table: KTable<K, R>, joiner: Joiner<K, V, R, Out>, options?: Joined<K, V, R>): KStream<K, Out>;
  abstract join<GK, R, Out>(
    table: GlobalKTable<GK, R>,
    joiner: Joiner<K, V, R, Out>,
    options: Named & { on: (value: V, key: K) => GK | null },
  ): KStream<K, Out>;

  /**
   * As `join`; a record that finds nothing is joined with null. With a stream, that is known when the window has closed.
   * @example payments.leftJoin(accounts, (payment, account) => ({ ...payment, owner: account?.owner ?? 'unknown' }))
   */
  abstract leftJoin<R, Out>(other: KStream<K, R>, joiner: Joiner<K, V, R | null, Out>, options: StreamJoined<K, V, R>): KStream<K, Out>;
  abstract leftJoin<R, Out>(table: KTable<K, R>, joiner: Joiner<K, V, R | null, Out>, options?: Joined<K, V, R>): KStream<K, Out>;
  abstract leftJoin<GK, R, Out>(
    table: GlobalKTable<GK, R>,
    joiner: Joiner<K, V, R | null, Out>,
    options: Named & { on: (value: V, key: K) => GK | null },
  ): KStream<K, Out>;

  /**
   * As `join`; a record of either stream that finds nothing is joined with null when its window has closed.
   * @example orders.outerJoin(payments, (order, payment) => ({ order, payment }), { window: within('5m', { grace: '1m' }) })
   */
  abstract outerJoin<R, Out>(
    other: KStream<K, R>,
    joiner: Joiner<K, V | null, R | null, Out>,
    options: StreamJoined<K, V, R>,
  ): KStream<K, Out>;

  /**
   * Hands the records to a processor of your own, one per task. It may forward what it likes, so the key counts as changed.
   * @example payments.process(() => new Deduplicator(), { name: 'deduplicate', stores: ['seen'] })
   */
  abstract process<K2, V2>(processor: ProcessorSupplier<K, V, K2, V2>, options?: Named & { stores?: readonly string[] }): KStream<K2, V2>;

  /**
   * As `process`, for a processor that leaves the key alone: nothing needs to be repartitioned behind it.
   * @example payments.processValues(() => new Enricher(), { stores: ['rates'] })
   */
  abstract processValues<V2>(
    processor: FixedKeyProcessorSupplier<K, V, V2>,
    options?: Named & { stores?: readonly string[] },
  ): KStream<K, V2>;

  /**
   * A new value for each record by asynchronous work, up to `concurrency` (64) records at once; those of one key stay in order. A commit waits for what is
   * unfinished.
   * @example payments.asyncMapValues(async (payment, key, record, signal) => score(payment, { signal }), { timeout: '2s' })
   */
  abstract asyncMapValues<V2>(
    mapper: (value: V, key: K, record: StreamRecord<K, V>, signal: AbortSignal) => Promise<V2>,
    options?: Named & AsyncOptions,
  ): KStream<K, V2>;
}
