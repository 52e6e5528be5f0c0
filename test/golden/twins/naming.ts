import { concat, dsl, pair, type Parts, type Twin, type Twins } from './parts.js';
import { foreignKey } from './foreign-key.js';
import { Passing } from './contextual.js';

/** Naming.java: generated names, and topologies that are optimised. */
export const naming: Twins = {
  'names-many': dsl(({ builder, text, textLong, ouzel }) => {
    builder
      .stream('in', { ...text, name: 'src' })
      .filter(() => true, { name: 'f' })
      .mapValues((value) => value)
      .selectKey((_, key) => key, { name: 'sk' })
      .peek(() => {})
      .process<string, string>(() => new Passing(), { name: 'pr' })
      .repartition()
      .toTable({ name: 'tt' })
      .filter(() => true, { materialized: text })
      .suppress(ouzel.untilTimeLimit(1), { name: 'sup' })
      .toStream()
      .process<string, string>(() => new Passing())
      .groupByKey(text)
      .windowedBy(ouzel.tumbling(5))
      .count({ name: 'cnt' })
      .toStream((_, windowed) => windowed.key)
      .to('out', textLong);
  }),

  'ktable-join-names': dsl(({ builder, text }) => {
    const left = builder.table('L', text);
    const right = builder.table('R', text);
    left
      .join(right, (a, b) => `${a}${b}`, { materialized: text })
      .leftJoin(right, (a, b) => `${a}${b}`, { name: 'nm' })
      .toStream()
      .to('out', text);
  }),

  'join-repartition-names': dsl(({ builder, text, textJoin, ouzel }) => {
    const left = builder.stream('L', text).map((value, key) => [key, value]);
    const right = builder.stream('R', text).map((value, key) => [key, value]);
    const window = ouzel.within(5);
    left.join(right, (a, b) => `${a}${b}`, { window, ...textJoin }).to('out', text);
    left.leftJoin(right, (a, b) => `${a}${b}`, { window, ...textJoin, name: 'J' }).to('out2', text);
  }),

  'fk-names-unnamed': dsl(({ builder, text }) => {
    builder.table('L', text).join(builder.table('R', text), pair, { foreignKey }).toStream().to('out', text);
  }),

  // ---- optimisation

  'optimize-merge-repartition': dsl(({ builder, text, textLong }) => {
    const rekeyed = builder.stream('in', text).selectKey((value) => value);
    rekeyed.groupByKey(text).count().toStream().to('out', textLong);
    rekeyed
      .groupByKey(text)
      .reduce((aggregate, value) => aggregate + value)
      .toStream()
      .to('out2', text);
  }),

  'optimize-merged-streams': dsl(({ builder, text, textLong, textJoin, store, storeLong }) => {
    const a = builder.stream('a', text).selectKey((value) => value);
    const b = builder.stream('b', text).selectKey((value) => value);
    const merged = a.merge(b);
    merged
      .groupByKey({ name: 'one', ...text })
      .count(storeLong('one-store'))
      .toStream()
      .to('out', textLong);
    merged
      .groupByKey({ name: 'two', ...text })
      .count(storeLong('two-store'))
      .toStream()
      .to('out2', textLong);
    merged.join(builder.table('t', { ...text, ...store('t') }), pair, { ...textJoin, name: 'three' }).to('out3', text);
  }),

  'optimize-merged-then-filtered': dsl(({ builder, text, textLong, storeLong }) => {
    const a = builder.stream('a', text).selectKey((value) => value);
    const b = builder.stream('b', text).selectKey((value) => value);
    const merged = a.merge(b).filter(() => true);
    merged
      .groupByKey({ name: 'one', ...text })
      .count(storeLong('one-store'))
      .toStream()
      .to('out', textLong);
    merged
      .groupByKey({ name: 'two', ...text })
      .count(storeLong('two-store'))
      .toStream()
      .to('out2', textLong);
  }),

  'optimize-chain': dsl(({ builder, text, textLong, textJoin, store, storeLong }) => {
    const rekeyed = builder.stream('in', text).selectKey((value) => value);
    const mapped = rekeyed.mapValues((value) => value + '!');
    rekeyed.groupByKey(text).count(storeLong('plain')).toStream().to('out', textLong);
    mapped.groupByKey(text).count(storeLong('mapped')).toStream().to('out2', textLong);
    rekeyed.leftJoin(builder.table('t', { ...text, ...store('table') }), pair, textJoin).to('out3', text);
    rekeyed.repartition({ name: 'explicit', ...text }).to('out4', text);
  }),

  'optimize-reuse': dsl(({ builder, text, textLong, textJoin }) => {
    const table = builder.table('t', text);
    builder.stream('s', text).leftJoin(table, pair, textJoin).to('out', text);
    table
      .groupBy((value, key) => [value, key], text)
      .count()
      .toStream()
      .to('out2', textLong);
  }),

  // ---- ensure.explicit.internal.resource.naming

  'explicit-naming-fails': dsl(({ builder, text, textLong }) => {
    builder
      .stream('in', text)
      .groupBy((value) => value)
      .count()
      .toStream()
      .to('out', textLong);
  }),

  'explicit-naming-fails-joins': dsl(({ builder, text, textJoin, ouzel }) => {
    const left = builder.stream('L', text).selectKey((value) => value);
    left.join(builder.stream('R', text), pair, { window: ouzel.within(5), ...textJoin }).to('out', text);
    builder.table('T', text).suppress(ouzel.untilTimeLimit(5)).toStream().to('out2', text);
    left.repartition().to('out3', text);
  }),

  'explicit-naming-holds': dsl(({ builder, text, textLong, storeLong }) => {
    builder
      .stream('in', text)
      .groupBy((value) => value, { name: 'by-value', ...text })
      .count(storeLong('counts'))
      .toStream()
      .to('out', textLong);
  }),

  // ---- topologies that are refused

  'refused-unknown-store': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .process<string, string>(() => new Passing(), { stores: ['missing'] })
      .to('out', text);
  }),

  'refused-duplicate-name': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .filter(() => true, { name: 'same' })
      .filter(() => true, { name: 'same' })
      .to('out', text);
  }),

  'refused-group-used-twice': dsl(({ builder, text, store }) => {
    const plain = builder.stream('a', text).groupByKey(text);
    const named = builder.stream('b', text).groupBy((value) => value, { name: 'by', ...text });
    plain
      .cogroup<string>(concat)
      .cogroup(named, concat)
      .aggregate(() => '', store('one'))
      .toStream()
      .to('out', text);
    plain
      .cogroup<string>(concat)
      .cogroup(named, concat)
      .aggregate(() => '', store('two'))
      .toStream()
      .to('out2', text);
  }),

  'group-used-twice': dsl(({ builder, text, textLong, storeLong }) => {
    const named = builder.stream('b', text).groupBy((value) => value, { name: 'by', ...text });
    named.count(storeLong('one')).toStream().to('out', textLong);
    named.count(storeLong('two')).toStream().to('out2', textLong);
    const unnamed = builder.stream('c', text).groupBy((value) => value, text);
    unnamed.count(storeLong('three')).toStream().to('out3', textLong);
    unnamed.count(storeLong('four')).toStream().to('out4', textLong);
  }),

  'refused-grace-without-versions': joinedWithGrace((parts) => parts.store('tbl'), 10),

  'refused-grace-longer-than-history': joinedWithGrace((parts) => parts.versioned('tbl', 100), 200),

  'refused-suppress-versioned': dsl(({ builder, text, versioned, ouzel }) => {
    builder
      .table('in', { ...text, ...versioned('t', 100) })
      .suppress(ouzel.untilTimeLimit(5))
      .toStream()
      .to('out', text);
  }),

  'refused-retention': dsl(({ builder, text, textLong, windowedLong, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 5 }))
      .count({ materialized: { store: 'w', ...textLong, retention: 14 } })
      .toStream()
      .to('out', windowedLong(10));
  }),

  'refused-versioned-global': dsl(({ builder, text, versioned }) => {
    builder.globalTable('g', { ...text, ...versioned('gs', 100) });
    builder.stream('in', text).to('out', text);
  }),

  'refused-until-window-closes': dsl(({ builder, windowedText, ouzel }) => {
    builder.table('in', windowedText(10)).suppress(ouzel.untilWindowCloses()).toStream().to('out', windowedText(10));
  }),
};

function joinedWithGrace(table: (parts: Parts) => ReturnType<Parts['store']>, grace: number): Twin {
  return dsl((parts) => {
    const { builder, text, textJoin } = parts;
    builder
      .stream('s', text)
      .join(builder.table('t', { ...text, ...table(parts) }), pair, { ...textJoin, grace })
      .to('out', text);
  });
}
