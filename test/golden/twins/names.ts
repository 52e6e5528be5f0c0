import type { KGroupedStream, ValueTransformer } from '@ouzel/streams';
import { concat, dsl, mergeSessions, pair, type Twins } from './parts.js';
import { foreignKey } from './foreign-key.js';
import { Passing } from './contextual.js';

class PassingTransformer implements ValueTransformer<string, string, string> {
  transform(value: string): string {
    return value;
  }
}

const keep = (all: string): string => all;

/** BigTopologies.java: large topologies, of which only the names are compared. */
export const names: Twins = {
  'names-stateless-unnamed': dsl(({ builder, text }) => {
    const stream = builder
      .stream('in', text)
      .filter(() => true)
      .filterNot(() => false)
      .map((value, key) => [key, value])
      .mapValues((value) => value)
      .mapValues((value) => value)
      .flatMap((value, key): [string, string][] => [[key, value]])
      .flatMapValues((value) => [value])
      .flatMapValues((value) => [value])
      .selectKey((_, key) => key)
      .peek(() => {})
      .process<string, string>(() => new Passing());
    stream.forEach(() => {});
    stream.print();
    stream.merge(builder.stream('in2', text)).to('out', text);
    const branches = stream
      .split()
      .branch(() => true)
      .branch(() => true)
      .defaultBranch();
    for (const branch of Object.values(branches)) branch.to('branches', text);
    stream.to(() => 'dynamic', text);
  }),

  'names-stateless-named': dsl(({ builder, text }) => {
    const stream = builder
      .stream('in', { ...text, name: 'source' })
      .filter(() => true, { name: 'filter' })
      .filterNot(() => false, { name: 'filter-not' })
      .map((value, key) => [key, value], { name: 'map' })
      .mapValues((value) => value, { name: 'map-values' })
      .mapValues((value) => value, { name: 'map-values-with-key' })
      .flatMap((value, key): [string, string][] => [[key, value]], { name: 'flat-map' })
      .flatMapValues((value) => [value], { name: 'flat-map-values' })
      .flatMapValues((value) => [value], { name: 'flat-map-values-with-key' })
      .selectKey((_, key) => key, { name: 'select-key' })
      .peek(() => {}, { name: 'peek' })
      .process<string, string>(() => new Passing(), { name: 'process' });
    stream.forEach(() => {}, { name: 'foreach' });
    stream.print({ name: 'print' });
    stream.merge(builder.stream('in2', { ...text, name: 'source2' }), { name: 'merge' }).to('out', { ...text, name: 'sink' });
    const branches = stream
      .split({ name: 'split-' })
      .branch(() => true, { name: 'one' })
      .branch(() => true)
      .defaultBranch({ name: 'rest' });
    branches['split-one']!.to('branch-one', text);
    branches['split-2']!.to('branch-two', text);
    branches['split-rest']!.to('branch-rest', text);
    stream.to(() => 'dynamic', { ...text, name: 'dynamic-sink' });
  }),

  'names-aggregates-unnamed': dsl(({ builder, text, textLong, ouzel }) => {
    const grouped = builder
      .stream('in', text)
      .selectKey((value) => value)
      .groupByKey();
    grouped.count();
    grouped.count({ materialized: textLong });
    grouped.reduce(keep);
    grouped.aggregate(() => '', concat);
    grouped.aggregate(() => '', concat, { materialized: text });
    const tumbling = grouped.windowedBy(ouzel.tumbling(10));
    tumbling.count();
    tumbling.count({ materialized: textLong });
    tumbling.reduce(keep);
    tumbling.aggregate(() => '', concat);
    const sliding = grouped.windowedBy(ouzel.sliding(10));
    sliding.count();
    sliding.aggregate(() => '', concat, { materialized: text });
    const session = grouped.windowedBy(ouzel.session(10));
    session.count();
    session.count({ materialized: textLong });
    session.reduce(keep);
    session.aggregate(() => '', concat, mergeSessions);
  }),

  'names-aggregates-named': dsl(({ builder, text, store, storeLong, ouzel }) => {
    const grouped = builder.stream('in', text).groupBy((value) => value, { name: 'by', ...text });
    grouped.count({ name: 'count' });
    grouped.count({ name: 'count2', ...storeLong('count-store') });
    grouped.reduce(keep, { name: 'reduce', ...store('reduce-store') });
    grouped.aggregate(() => '', concat, { name: 'aggregate', ...store('aggregate-store') });
    const tumbling = grouped.windowedBy(ouzel.tumbling(10));
    tumbling.count({ name: 'window-count' });
    tumbling.reduce(keep, { name: 'window-reduce', ...store('window-reduce-store') });
    tumbling.aggregate(() => '', concat, { name: 'window-aggregate', ...store('window-aggregate-store') });
    const session = grouped.windowedBy(ouzel.session(10));
    session.count({ name: 'session-count' });
    session.aggregate(() => '', concat, mergeSessions, { name: 'session-aggregate', ...store('session-aggregate-store') });
  }),

  'names-retentions': dsl(({ builder, text, textLong, textJoin, storeLong, versioned, ouzel }) => {
    const grouped = builder.stream('in', text).groupByKey();
    grouped.windowedBy(ouzel.tumbling(1_000, { grace: 500 })).count(storeLong('tumbling'));
    grouped.windowedBy(ouzel.hopping(1_000, 100, { grace: 500 })).count(storeLong('hopping'));
    grouped.windowedBy(ouzel.sliding(1_000, { grace: 500 })).count(storeLong('sliding'));
    grouped.windowedBy(ouzel.session(1_000, { grace: 500 })).count(storeLong('session'));
    grouped
      .windowedBy(ouzel.tumbling(1_000, { grace: 500 }))
      .count({ materialized: { store: 'retained', ...textLong, retention: 99_000 } });
    grouped.windowedBy(ouzel.unlimited()).count(storeLong('unlimited'));
    grouped.aggregate(() => '', concat, versioned('versioned-short', 1_000));
    grouped.aggregate(() => '', concat, versioned('versioned-long', 7_200_000));
    grouped.count({ materialized: { store: 'plain', ...textLong, logging: { 'retention.ms': '5', 'min.insync.replicas': '2' } } });
    const left = builder.stream('L', text);
    left.outerJoin(builder.stream('R', text), pair, {
      window: ouzel.within(1_000, { after: 3_000, grace: 500 }),
      ...textJoin,
      store: 'joined',
    });
  }),

  'names-stream-joins': dsl(({ builder, text, textJoin, ouzel }) => {
    const joined = { window: ouzel.within(10, { grace: 5 }), ...textJoin };
    const left = builder.stream('L', text);
    const right = builder.stream('R', text);
    const rekeyedLeft = left.selectKey((value) => value);
    const rekeyedRight = right.map((value, key) => [value, key]);
    left.join(right, pair, joined).to('out1', text);
    left.leftJoin(right, pair, joined).to('out2', text);
    left.outerJoin(right, pair, joined).to('out3', text);
    rekeyedLeft.join(right, pair, joined).to('out4', text);
    left.leftJoin(rekeyedRight, pair, { ...joined, name: 'one-name' }).to('out5', text);
    rekeyedLeft.outerJoin(rekeyedRight, pair, { ...joined, name: 'two-names', store: 'two-stores' }).to('out6', text);
    rekeyedLeft.join(rekeyedRight, pair, { ...joined, store: 'three-stores' }).to('out7', text);
  }),

  'names-stream-table-joins': dsl(({ builder, text, textJoin, versioned }) => {
    const stream = builder.stream('s', text);
    const rekeyed = stream.selectKey((value) => value);
    const table = builder.table('t', text);
    const versionedTable = builder.table('v', { ...text, ...versioned('vt', 1000) });
    const global = builder.globalTable('g', text);
    stream.join(table, pair).to('out1', text);
    stream.leftJoin(table, pair, { ...textJoin, name: 'left' }).to('out2', text);
    rekeyed.join(table, pair, textJoin).to('out3', text);
    rekeyed.leftJoin(table, pair, { ...textJoin, name: 'rekeyed-left' }).to('out4', text);
    stream.join(versionedTable, pair, { ...textJoin, grace: 10 }).to('out5', text);
    stream.leftJoin(versionedTable, pair, { ...textJoin, name: 'graced', grace: 10 }).to('out6', text);
    stream.join(global, pair, { on: (value) => value }).to('out7', text);
    stream.leftJoin(global, pair, { on: (value) => value, name: 'global-left' }).to('out8', text);
  }),

  'names-tables': dsl(({ builder, text, textLong, store, ouzel }) => {
    const a = builder.table('a', text);
    const b = builder.table('b', { ...text, name: 'b-source', ...store('b-store') });
    const c = builder.table('c', { ...text, materialized: text });
    a.filter(() => true)
      .toStream()
      .to('out1', text);
    a.filterNot(() => true, { name: 'named-filter-not' })
      .toStream({ name: 'named-to-stream' })
      .to('out2', text);
    a.mapValues((value) => value, { materialized: text })
      .toStream()
      .to('out3', text);
    a.mapValues((value) => value, { name: 'named-map', ...store('map-store') })
      .toStream((value) => value)
      .to('out4', text);
    a.transformValues(() => new PassingTransformer())
      .toStream()
      .to('out5', text);
    a.join(b, pair).toStream().to('out6', text);
    a.leftJoin(b, pair, { name: 'named-join' }).toStream().to('out7', text);
    a.outerJoin(c, pair, store('join-store')).toStream().to('out8', text);
    b.join(c, pair, { name: 'named-join2', materialized: text }).toStream().to('out9', text);
    b.groupBy((value, key) => [value, key], text)
      .count()
      .toStream()
      .to('out10', textLong);
    b.groupBy((value, key) => [value, key], { name: 'by', ...text })
      .reduce(keep, keep)
      .toStream()
      .to('out11', text);
    b.groupBy((value, key) => [value, key], text)
      .aggregate(() => '', keep, keep, { name: 'named-aggregate', ...store('aggregate-store') })
      .toStream()
      .to('out12', text);
    c.suppress(ouzel.untilTimeLimit(1)).toStream().to('out13', text);
    c.suppress(ouzel.untilTimeLimit(1), { name: 'named-suppress' }).toStream().to('out14', text);
  }),

  'names-foreign-key-joins': dsl(({ builder, text, store }) => {
    const left = builder.table('L', text);
    const right = builder.table('R', text);
    const ownKey = (_: string, key: string): string => key;
    left.join(right, pair, { foreignKey }).toStream().to('out1', text);
    left.leftJoin(right, pair, { foreignKey, materialized: text }).toStream().to('out2', text);
    left.join(right, pair, { foreignKey, name: 'named' }).toStream().to('out3', text);
    left
      .leftJoin(right, pair, { foreignKey: ownKey, name: 'named2', ...store('store2') })
      .toStream()
      .to('out4', text);
    left
      .join(right, pair, { foreignKey: ownKey, ...store('store3') })
      .toStream()
      .to('out5', text);
  }),

  'names-cogroups': dsl(({ builder, text, store, ouzel }) => {
    const plain = builder.stream('a', text).groupByKey();
    const rekeyed = builder
      .stream('b', text)
      .selectKey((value) => value)
      .groupByKey();
    const c = builder.stream('c', text);
    const named = (name: string): KGroupedStream<string, string> => c.groupBy((value) => value, { name, ...text });
    plain
      .cogroup<string>(concat)
      .cogroup(rekeyed, concat)
      .aggregate(() => '')
      .toStream()
      .to('out1', text);
    rekeyed
      .cogroup<string>(concat)
      .cogroup(named('by-1'), concat)
      .aggregate(() => '', { name: 'all', ...store('all-store') })
      .toStream()
      .to('out2', text);
    plain
      .cogroup<string>(concat)
      .cogroup(named('by-2'), concat)
      .windowedBy(ouzel.tumbling(10))
      .aggregate(() => '');
    plain
      .cogroup<string>(concat)
      .cogroup(named('by-3'), concat)
      .windowedBy(ouzel.sliding(10))
      .aggregate(() => '', { name: 'slid', ...store('slid-store') });
    plain
      .cogroup<string>(concat)
      .cogroup(named('by-4'), concat)
      .windowedBy(ouzel.session(10))
      .aggregate(() => '', mergeSessions, store('session-store'));
  }),

  'names-repartitions': dsl(({ builder, text, textLong, textJoin, store, storeLong, serdes, ouzel }) => {
    const stream = builder.stream('in', text);
    const rekeyed = (): typeof stream => stream.selectKey((value) => value);
    stream.repartition().to('out1', text);
    stream.repartition({ name: 'named' }).to('out2', text);
    stream.repartition({ partitions: 6, key: serdes.string }).to('out3', text);
    rekeyed().repartition({ name: 'named-six', partitions: 6 }).groupByKey().count(storeLong('c')).toStream().to('out4', textLong);
    rekeyed().toTable().toStream().to('out5', text);
    rekeyed().toTable({ name: 'named-table' }).toStream().to('out6', text);
    rekeyed().toTable(store('table-store')).toStream().to('out7', text);
    stream.toTable({ materialized: text }).toStream().to('out8', text);
    builder
      .stream(/more-.*/, text)
      .join(rekeyed(), pair, { window: ouzel.within(10, { grace: 5 }), ...textJoin })
      .to('out9', text);
  }),

  'names-sub-topologies': dsl(({ builder, text, textLong, store, storeLong, ouzel: { Stores } }) => {
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('shared'), text.key, text.value));
    builder
      .stream('z', text)
      .process<string, string>(() => new Passing(), { name: 'z-process', stores: ['shared'] })
      .to('out-z', text);
    builder.stream('y', text).to('out-y', text);
    builder.globalTable('g', { ...text, ...store('g-store') });
    builder
      .stream('x', text)
      .groupBy((value) => value, text)
      .count(storeLong('x-count'))
      .toStream()
      .to('out-x', textLong);
    builder
      .stream('w', text)
      .process<string, string>(() => new Passing(), { name: 'w-process', stores: ['shared'] })
      .to('out-w', text);
    builder
      .table('v', { ...text, ...store('v-store') })
      .join(builder.table('u', { ...text, ...store('u-store') }), pair)
      .toStream()
      .to('out-v', text);
  }),

  'names-payments': dsl(({ builder, text, textLong, textJoin, store, ouzel }) => {
    const payments = builder.stream('payment', text);
    const accounts = builder.table('account', text);
    const currencies = builder.globalTable('currency', text);
    payments.filter((_, key) => key === 'unknown').to('unknown-payment', text);
    const inEuro = payments
      .filterNot((_, key) => key === 'unknown')
      .join(currencies, pair, { on: (value) => value.slice(0, 3) })
      .selectKey((value) => value.slice(4));
    inEuro
      .groupByKey(text)
      .windowedBy(ouzel.tumbling(60_000, { grace: 10_000 }))
      .aggregate(() => '0', concat, store('spend-per-minute'))
      .suppress(ouzel.untilWindowCloses())
      .toStream((_, windowed) => windowed.key)
      .to('spend', text);
    inEuro.leftJoin(accounts, pair, textJoin).to('enriched', text);
    inEuro.groupByKey(text).count().toStream().to('counts', textLong);
    inEuro
      .groupByKey(text)
      .windowedBy(ouzel.session(1_000))
      .count()
      .toStream((_, windowed) => windowed.key)
      .to('visits', textLong);
    const refunds = builder.stream('refund', text);
    inEuro.outerJoin(refunds, pair, { window: ouzel.within(10, { grace: 5 }), ...textJoin }).to('settled', text);
    accounts
      .groupBy((value, key) => [value, key], text)
      .count()
      .toStream()
      .to('accounts-per-bank', textLong);
    accounts.join(builder.table('bank', text), pair, { foreignKey }).toStream().to('account-with-bank', text);
  }),
};
