import type { Headers } from '@ouzel/core';
import type { AsyncOptions } from '../operators/async-map-values.js';
import type { Aggregator, Initializer, Joiner, Merger, Predicate, Reducer, ValueMapper } from '../operators/callbacks.js';
import type { EventType } from '../operators/route.js';
import type { FixedKeyProcessorSupplier, ProcessorSupplier, ValueTransformerSupplier } from '../processor/processor.js';
import type { StreamRecord } from '../record/record.js';
import type { Windowed } from '../state/store.js';
import type { TopicNameExtractor } from '../topology/plan.js';
import type { EmitStrategy, SessionWindow, SlidingWindow, Suppression, TimeWindow } from '../windows/index.js';
import type {
  BranchOptions,
  CallbackOptions,
  ForeignKeyJoined,
  GlobalJoined,
  Grouped,
  Joined,
  Named,
  PrintOptions,
  ProcessOptions,
  Produced,
  Repartitioned,
  ReplacedBranch,
  Stored,
  StreamJoined,
  ToTableOptions,
} from './options/index.js';

// The classes that programs of the DSL work with. They mention each other, so they stand in one file
// (docs/decisions/0004-streams-and-tables-stand-in-one-file.md).

/**
 * A stream of records. Every operator returns a new stream and leaves this one as it is; a stream may feed any number
 * of operators.
 *
 * A key that a callback returns may be null. The type of the result does not show it, so that the stream still fits
 * tables and streams of that key. An operator that changes the key makes the next keyed operator (grouping, join,
 * toTable) repartition its records through an internal topic.
 */
export abstract class KStream<K, V> {
  /**
   * Keeps the records that the predicate accepts. Null keys and values are passed to it like any other.
   * @example payments.filter((payment) => payment.amount > 100)
   */
  abstract filter<W extends V>(
    predicate: (value: V, key: K, record: StreamRecord<K, V>) => value is W,
    options?: CallbackOptions,
  ): KStream<K, W>;
  abstract filter(predicate: Predicate<K, V>, options?: CallbackOptions): KStream<K, V>;

  /**
   * Keeps the records that the predicate does not accept.
   * @example payments.filterNot((payment, key) => key === 'unknown')
   */
  abstract filterNot(predicate: Predicate<K, V>, options?: CallbackOptions): KStream<K, V>;

  /**
   * Replaces key and value of each record. Changes the key; `mapValues` does not.
   * @example payments.map((payment) => [payment.userId, payment.amount])
   */
  abstract map<K2, V2>(mapper: ValueMapper<K, V, readonly [K2 | null, V2]>, options?: CallbackOptions): KStream<K2, V2>;

  /**
   * Replaces the value of each record; the key stays.
   * @example payments.mapValues((payment) => payment.amount)
   */
  abstract mapValues<V2>(mapper: ValueMapper<K, V, V2>, options?: CallbackOptions): KStream<K, V2>;

  /**
   * Makes any number of records of each. Changes the key.
   * @example orders.flatMap((order) => order.lines.map((line) => [line.article, line.count]))
   */
  abstract flatMap<K2, V2>(mapper: ValueMapper<K, V, Iterable<readonly [K2 | null, V2]>>, options?: CallbackOptions): KStream<K2, V2>;

  /**
   * Makes any number of records of each; the key stays.
   * @example lines.flatMapValues((line) => line.split(' '))
   */
  abstract flatMapValues<V2>(mapper: ValueMapper<K, V, Iterable<V2>>, options?: CallbackOptions): KStream<K, V2>;

  /**
   * Replaces the key of each record.
   * @example payments.selectKey((payment) => payment.userId)
   */
  abstract selectKey<K2>(mapper: ValueMapper<K, V, K2 | null>, options?: CallbackOptions): KStream<K2, V>;

  /**
   * Calls the action with each record and hands the record on.
   * @example payments.peek((payment) => log.debug(payment.id))
   */
  abstract peek(action: ValueMapper<K, V, void>, options?: CallbackOptions): KStream<K, V>;

  /**
   * Replaces the headers of each record; key, value and time stay.
   * @example payments.mapHeaders((payment, key, { headers }) => headers.with('currency', payment.currency))
   */
  abstract mapHeaders(mapper: ValueMapper<K, V, Headers>, options?: CallbackOptions): KStream<K, V>;

  /**
   * Ends the stream in an action.
   * @example alerts.forEach((alert) => pager.call(alert))
   */
  abstract forEach(action: ValueMapper<K, V, void>, options?: CallbackOptions): void;

  /**
   * Ends the stream in lines of text, `[label]: key, value`.
   * @example payments.print({ label: 'payments' })
   */
  abstract print(options?: PrintOptions<K, V>): void;

  /**
   * Returns the records of both streams. Records of different partitions come in no particular order.
   * @example cards.merge(transfers)
   */
  abstract merge(other: KStream<K, V>, options?: Named): KStream<K, V>;

  /**
   * Sends each record to the first branch whose predicate accepts it.
   * @example
   * payments
   *   .split({ name: 'size-' })
   *   .branch((payment) => payment.amount > 100, { name: 'large' })
   *   .defaultBranch({ name: 'small' })
   */
  abstract split(options?: Named): BranchedKStream<K, V>;

  /**
   * Sends each record to the streams of its type, which stands in a header or in a field of the value. A record of
   * another type, or without one, is counted as dropped: `unrouted`.
   * @example
   * const events = builder.stream<string, Event>('event').route({ field: 'type' }, { name: 'events' })
   * const placed = events.on('OrderPlaced')
   */
  abstract route<F extends string = never>(by: EventType<F>, options?: Named): RoutedKStream<K, V, F>;

  /**
   * Writes the stream to an internal topic and reads it back, so that records of one key come to one task.
   * @example payments.selectKey((payment) => payment.userId).repartition({ name: 'by-user', partitions: 6 })
   */
  abstract repartition(options?: Repartitioned<K, V>): KStream<K, V>;

  /**
   * Ends the stream in a topic, which must exist. A function chooses one for each record.
   * @example payments.to('unknown-payment', { key: serdes.string, value: serdes.json<Payment>() })
   */
  abstract to(topic: string | TopicNameExtractor<K, V>, options?: Produced<K, V>): void;

  /**
   * Returns a table of the newest value of each key. A record without a value deletes its key, one without a key is
   * dropped.
   * @example accounts.toTable({ materialized: { store: 'accounts' } })
   */
  abstract toTable(options?: ToTableOptions<K, V>): KTable<K, V>;

  /**
   * Groups the records by their key.
   * @example payments.groupByKey().count()
   */
  abstract groupByKey(options?: Grouped<K, V>): KGroupedStream<K, V>;

  /**
   * Groups the records by another key. Changes the key; records whose new key is null are dropped by the next operator.
   * @example payments.groupBy((payment) => payment.userId, { key: serdes.string }).count()
   */
  abstract groupBy<K2>(selector: ValueMapper<K, V, K2 | null>, options?: Grouped<K2, V>): KGroupedStream<K2, V>;

  /**
   * Inner join. With another stream: records of one key whose times are within the window. With a table: its value at
   * the time of processing. With a global table: its value for the key that `on` returns.
   * @example orders.join(payments, (order, payment) => ({ order, payment }), { window: within('5m') })
   * @example payments.join(accounts, (payment, account) => ({ ...payment, owner: account.owner }))
   * @example
   * payments.join(currencies, (payment, currency) => payment.amount * currency.rate, {
   *   on: (payment) => payment.currency,
   * })
   */
  abstract join<R, Out>(other: KStream<K, R>, joiner: Joiner<K, V, R, Out>, options: StreamJoined<K, V, R>): KStream<K, Out>;
  abstract join<R, Out>(table: KTable<K, R>, joiner: Joiner<K, V, R, Out>, options?: Joined<K, V, R>): KStream<K, Out>;
  abstract join<GK, R, Out>(table: GlobalKTable<GK, R>, joiner: Joiner<K, V, R, Out>, options: GlobalJoined<K, V, GK>): KStream<K, Out>;

  /**
   * Left join. A record that finds no match is joined with null; in a join with a stream, when its window has closed.
   * @example payments.leftJoin(accounts, (payment, account) => ({ ...payment, owner: account?.owner ?? 'unknown' }))
   */
  abstract leftJoin<R, Out>(other: KStream<K, R>, joiner: Joiner<K, V, R | null, Out>, options: StreamJoined<K, V, R>): KStream<K, Out>;
  abstract leftJoin<R, Out>(table: KTable<K, R>, joiner: Joiner<K, V, R | null, Out>, options?: Joined<K, V, R>): KStream<K, Out>;
  abstract leftJoin<GK, R, Out>(
    table: GlobalKTable<GK, R>,
    joiner: Joiner<K, V, R | null, Out>,
    options: GlobalJoined<K, V, GK>,
  ): KStream<K, Out>;

  /**
   * Outer join with a stream. A record of either stream that finds no match is joined with null when its window has
   * closed.
   * @example
   * orders.outerJoin(payments, (order, payment) => ({ order, payment }), { window: within('5m') })
   */
  abstract outerJoin<R, Out>(
    other: KStream<K, R>,
    joiner: Joiner<K, V | null, R | null, Out>,
    options: StreamJoined<K, V, R>,
  ): KStream<K, Out>;

  /**
   * Hands the records to a processor of your own, one per task. It may forward what it likes, so the key counts as
   * changed.
   * @example payments.process(() => new Deduplicator(), { name: 'deduplicate', stores: ['seen'] })
   */
  abstract process<K2, V2>(processor: ProcessorSupplier<K, V, K2, V2>, options?: ProcessOptions): KStream<K2, V2>;

  /**
   * Like `process`, for a processor that keeps the key: nothing needs to be repartitioned behind it.
   * @example payments.processValues(() => new Enricher(), { stores: ['rates'] })
   */
  abstract processValues<V2>(processor: FixedKeyProcessorSupplier<K, V, V2>, options?: ProcessOptions): KStream<K, V2>;

  /**
   * Replaces the value of each record by asynchronous work, up to `concurrency` (64) records at once. Records of one
   * key stay in order. A commit waits for unfinished work.
   * @example
   * payments.asyncMapValues((payment, key, record, signal) => score(payment, { signal }), { timeout: '2s' })
   */
  abstract asyncMapValues<V2>(
    mapper: (value: V, key: K, record: StreamRecord<K, V>, signal: AbortSignal) => Promise<V2>,
    options?: Named & AsyncOptions,
  ): KStream<K, V2>;
}

/**
 * A stream that is being split. A record goes to the first branch that accepts it. The result has the branches by name:
 * the split's name followed by the branch's name, or by its number, which is 1, 2, … and 0 for the default
 * (BranchedKStream). A branch whose `to` returns nothing is not in the result. `B` are the streams of the result.
 */
export abstract class BranchedKStream<K, V, B = KStream<K, V>> {
  /**
   * Adds a branch. `to` continues it in place, and may return what is to stand in the result instead of it.
   * @example
   * split.branch((payment) => payment.amount > 100, { to: (large) => large.to('large-payment') })
   */
  abstract branch<K2, V2>(
    predicate: Predicate<K, V>,
    options: ReplacedBranch<KStream<K, V>, KStream<K2, V2>>,
  ): BranchedKStream<K, V, B | KStream<K2, V2>>;
  abstract branch(predicate: Predicate<K, V>, options?: BranchOptions<KStream<K, V>>): BranchedKStream<K, V, B>;

  /**
   * Adds a branch of the records that no other accepts, and ends the split.
   * @example const { 'size-large': large, 'size-rest': rest } = split.defaultBranch({ name: 'rest' })
   */
  abstract defaultBranch<K2, V2>(options: ReplacedBranch<KStream<K, V>, KStream<K2, V2>>): Record<string, B | KStream<K2, V2>>;
  abstract defaultBranch(options?: BranchOptions<KStream<K, V>>): Record<string, B>;

  /**
   * Ends the split. Records that no branch accepts go no further.
   * @example const branches = split.noDefaultBranch()
   */
  abstract noDefaultBranch(): Record<string, B>;
}

/**
 * The values of one type: those members of a union whose field `F` is `T`, and all values where the type is not in a field.
 */
export type RoutedValue<V, F extends string, T extends string> = [F] extends [never]
  ? V
  : [Extract<V, Readonly<Record<F, T>>>] extends [never]
    ? V
    : Extract<V, Readonly<Record<F, T>>>;

/** A stream whose records go to the streams of their types. `F` is the field that says the type, if one does. */
export abstract class RoutedKStream<K, V, F extends string = never> {
  /**
   * Returns the stream of the records of one type. A type may have several streams; each gets all of its records.
   * @example events.on('OrderPlaced', { name: 'order-placed' }).mapValues((event) => event.orderId)
   * @example events.on<OrderPlaced>('OrderPlaced')
   */
  abstract on<T extends string>(type: T, options?: Named): KStream<K, RoutedValue<V, F, T>>;
  abstract on<V2 extends V>(type: string, options?: Named): KStream<K, V2>;
}

/**
 * A table: the newest value of each key, and the stream of its changes. It is kept in a store where an operator needs
 * that, or where `materialized` names one. Else its values are computed from the table above whenever an operator reads
 * them.
 */
export abstract class KTable<K, V> {
  /** The name of its store for queries; null when it has no store, or one without a name. */
  abstract readonly queryableStoreName: string | null;

  /**
   * Keeps the rows that the predicate accepts. A row that no longer fits is deleted.
   * @example accounts.filter((account) => account.balance < 0, { materialized: { store: 'overdrawn' } })
   */
  abstract filter(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V>;

  /**
   * Keeps the rows that the predicate does not accept.
   * @example accounts.filterNot((account) => account.closed)
   */
  abstract filterNot(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V>;

  /**
   * Replaces the value of each row.
   * @example accounts.mapValues((account) => account.balance)
   */
  abstract mapValues<V2>(mapper: (value: V, key: K) => V2, options?: Stored<K, V2>): KTable<K, V2>;

  /**
   * Replaces the value of each row by a transformer of your own, one per task, which may use stores.
   * @example accounts.transformValues(() => new Scoring(), { stores: ['scores'] })
   */
  abstract transformValues<V2>(transformer: ValueTransformerSupplier<K, V, V2>, options?: Stored<K, V2> & ProcessOptions): KTable<K, V2>;

  /**
   * Returns the changes as records. A deletion is a null value. `selectKey` gives the records another key.
   * @example totals.toStream().to('totals')
   */
  abstract toStream<K2>(selectKey: (value: V, key: K) => K2 | null, options?: Named): KStream<K2, V>;
  abstract toStream(options?: Named): KStream<K, V>;

  /**
   * Holds changes back: until their window has closed, or until a time limit.
   * @example spendPerMinute.suppress(untilWindowCloses())
   */
  abstract suppress(suppression: Suppression, options?: Named): KTable<K, V>;

  /**
   * Groups the rows by another key. A row for which the selector returns null, or a null key or value, is in no group.
   * @example
   * accounts
   *   .groupBy((account) => [account.bank, account.balance])
   *   .reduce((sum, balance) => sum + balance, (sum, balance) => sum - balance)
   */
  abstract groupBy<K2, V2>(
    selector: (value: V, key: K) => readonly [K2 | null, V2 | null] | null,
    options?: Grouped<K2, V2>,
  ): KGroupedTable<K2, V2>;

  // Foreign keys stand first: else callbacks in `options` would not be typed where FK is K.
  /**
   * Inner join, row by row: by the key of both tables, or by a foreign key that is part of this table's rows.
   * @example accounts.join(owners, (account, owner) => ({ ...account, owner }))
   * @example
   * comments.join(articles, (comment, article) => ({ ...comment, title: article.title }), {
   *   foreignKey: (comment) => comment.articleId,
   * })
   */
  abstract join<FK, R, Out>(other: KTable<FK, R>, joiner: Joiner<K, V, R, Out>, options: ForeignKeyJoined<K, V, FK, Out>): KTable<K, Out>;
  abstract join<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V, R, Out>, options?: Stored<K, Out>): KTable<K, Out>;

  /**
   * Left join. A row of this table that has no match is joined with null.
   * @example accounts.leftJoin(owners, (account, owner) => ({ ...account, owner: owner?.name ?? 'unknown' }))
   */
  abstract leftJoin<FK, R, Out>(
    other: KTable<FK, R>,
    joiner: Joiner<K, V, R | null, Out>,
    options: ForeignKeyJoined<K, V, FK, Out>,
  ): KTable<K, Out>;
  abstract leftJoin<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V, R | null, Out>, options?: Stored<K, Out>): KTable<K, Out>;

  /**
   * Outer join. A row of either table that has no match is joined with null.
   * @example planned.outerJoin(actual, (plan, fact) => ({ plan, fact }))
   */
  abstract outerJoin<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V | null, R | null, Out>, options?: Stored<K, Out>): KTable<K, Out>;
}

/** A table of which every instance holds all partitions: for joins by any key, and for queries. */
export abstract class GlobalKTable<K, V> {
  /** The name of its store for queries; null when the store has no name. */
  abstract readonly queryableStoreName: string | null;
  declare private readonly types: [K, V];
}

/** A stream whose records are grouped by key. Without windows, records without key or value are dropped. */
export abstract class KGroupedStream<K, V> {
  /**
   * Counts the records of each key; stored as the 8-byte long of Java.
   * @example payments.groupByKey().count({ materialized: { store: 'payments-per-user' } })
   */
  abstract count(options?: Stored<K, number>): KTable<K, number>;

  /**
   * Folds the values of each key. The first value is the first result; null deletes the row.
   * @example amounts.groupByKey().reduce((sum, amount) => sum + amount)
   */
  abstract reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<K, V>;

  /**
   * Folds the values of each key into an aggregate. Null deletes the row, and the next value begins anew.
   * @example
   * payments.groupByKey().aggregate(() => 0, (total, payment) => total + payment.amount, {
   *   materialized: { value: serdes.double },
   * })
   */
  abstract aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<K, A>;

  /**
   * Groups the records by window too: what follows has one row per key and window.
   * @example payments.groupByKey().windowedBy(tumbling('1m', { grace: '10s' })).count()
   */
  abstract windowedBy(window: TimeWindow | SlidingWindow): TimeWindowedKStream<K, V>;
  abstract windowedBy(window: SessionWindow): SessionWindowedKStream<K, V>;

  /**
   * Begins an aggregate of several groups, with this one and its aggregator.
   * @example
   * orders
   *   .groupByKey()
   *   .cogroup((customer, order) => customer.with(order))
   *   .cogroup(complaints, add)
   *   .aggregate(() => new Customer())
   */
  abstract cogroup<A>(aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A>;
}

/** A grouped stream in time or sliding windows. */
export abstract class TimeWindowedKStream<K, V> {
  /**
   * Chooses when results are forwarded: 'update' (default) with every record, 'close' once, when the window has closed.
   * @example grouped.windowedBy(tumbling('1m')).emitStrategy('close').count()
   */
  abstract emitStrategy(strategy: EmitStrategy): this;

  /**
   * Counts the records of each key and window. Records without a value count in time windows, and are dropped by
   * sliding ones.
   * @example grouped.windowedBy(hopping('1m', '10s')).count()
   */
  abstract count(options?: Stored<K, number>): KTable<Windowed<K>, number>;

  /**
   * Folds the values of each key and window. The first value is the first result.
   * @example grouped.windowedBy(tumbling('1m')).reduce((sum, amount) => sum + amount)
   */
  abstract reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V>;

  /**
   * Folds the values of each key and window into an aggregate.
   * @example grouped.windowedBy(sliding('1m')).aggregate(() => 0, (total, payment) => total + payment.amount)
   */
  abstract aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
}

/**
 * A grouped stream in sessions. When a record joins sessions, they are deleted and one longer session is put in their
 * place.
 */
export abstract class SessionWindowedKStream<K, V> {
  /**
   * Chooses when results are forwarded: 'update' (default) with every record, 'close' once, when the session has
   * closed.
   * @example grouped.windowedBy(session('30m')).emitStrategy('close').count()
   */
  abstract emitStrategy(strategy: EmitStrategy): this;

  /**
   * Counts the records of each session.
   * @example clicks.groupByKey().windowedBy(session('30m')).count()
   */
  abstract count(options?: Stored<K, number>): KTable<Windowed<K>, number>;

  /**
   * Folds the values of each session. The reducer also folds two sessions that become one.
   * @example grouped.windowedBy(session('30m')).reduce((sum, amount) => sum + amount)
   */
  abstract reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V>;

  /**
   * Folds the values of each session into an aggregate. `merger` folds two sessions that become one.
   * @example
   * clicks
   *   .windowedBy(session('30m'))
   *   .aggregate(() => [], (path, page) => [...path, page], (first, second) => [...first, ...second])
   */
  abstract aggregate<A>(
    initial: Initializer<A>,
    aggregator: Aggregator<K, V, A>,
    merger: Merger<K, A>,
    options?: Stored<K, A>,
  ): KTable<Windowed<K>, A>;
}

/** Several grouped streams that are folded into one aggregate, each by its own aggregator. */
export abstract class CogroupedKStream<K, A> {
  /**
   * Adds a grouped stream with its aggregator.
   * @example customers.cogroup(complaints, (customer, complaint) => customer.with(complaint))
   */
  abstract cogroup<V>(group: KGroupedStream<K, V>, aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A>;

  /**
   * Groups the records by window too: the result has one row per key and window.
   * @example customers.windowedBy(tumbling('1d')).aggregate(() => new Customer())
   */
  abstract windowedBy(window: TimeWindow | SlidingWindow): TimeWindowedCogroupedKStream<K, A>;
  abstract windowedBy(window: SessionWindow): SessionWindowedCogroupedKStream<K, A>;

  /**
   * Folds the records of all streams into one aggregate per key.
   * @example customers.aggregate(() => new Customer(), { materialized: { store: 'customers' } })
   */
  abstract aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<K, A>;
}

/** Several grouped streams in time or sliding windows. */
export interface TimeWindowedCogroupedKStream<K, A> {
  /** Folds the records of all streams into one aggregate per key and window. */
  aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
}

/** Several grouped streams in sessions. */
export interface SessionWindowedCogroupedKStream<K, A> {
  /** Folds the records of all streams into one aggregate per session. `merger` folds two sessions that become one. */
  aggregate(initial: Initializer<A>, merger: Merger<K, A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
}

/**
 * A table whose rows are grouped by another key. When a row changes, its old value is taken out of its old group and
 * the new one put into its new group.
 */
export abstract class KGroupedTable<K, V> {
  /**
   * Counts the rows of each group.
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
   * @example
   * accounts.aggregate(
   *   () => 0,
   *   (sum, account) => sum + account.balance,
   *   (sum, account) => sum - account.balance,
   * )
   */
  abstract aggregate<A>(
    initial: Initializer<A>,
    adder: Aggregator<K, V, A>,
    subtractor: Aggregator<K, V, A>,
    options?: Stored<K, A>,
  ): KTable<K, A>;
}
