import { concat, dsl, named, prefix, split, type Twins } from './parts.js';

/** Aggregates.java: unwindowed aggregations of streams, and caching. */
export const aggregates: Twins = {
  'count-group-by-key': dsl(({ builder, text, textLong }) => {
    builder.stream('in', text).groupByKey().count().toStream().to('out', textLong);
  }),

  'count-named': dsl(({ builder, text, textLong, storeLong }) => {
    builder
      .stream('in', text)
      .groupByKey(text)
      .count({ name: 'counter', ...storeLong('counts') })
      .toStream({ name: 'changes' })
      .to('out', textLong);
  }),

  'count-with-materialized-names': dsl(({ builder, text, textLong }) => {
    builder
      .stream('in', text)
      .selectKey((_, key) => key)
      .groupByKey()
      .count({ materialized: textLong })
      .toStream()
      .to('out', textLong);
  }),

  'count-grouped-by-value': dsl(({ builder, text, textLong, storeLong }) => {
    builder
      .stream('in', text)
      .groupBy((value) => value, text)
      .count(storeLong('counts'))
      .toStream()
      .to('out', textLong);
  }),

  'count-grouped-name': dsl(({ builder, text, textLong, storeLong }) => {
    builder
      .stream('in', text)
      .groupBy((value) => value, { name: 'by-value', ...text })
      .count(storeLong('counts'))
      .toStream()
      .to('out', textLong);
  }),

  'word-count': dsl(({ builder, text, textLong, storeLong }) => {
    builder
      .stream('in', text)
      .flatMapValues((value) => split(value.toLowerCase(), /[^a-zA-Z_0-9]+/))
      .groupBy((word) => word, text)
      .count(storeLong('counts'))
      .toStream()
      .to('out', textLong);
  }),

  'count-in-memory': dsl(({ builder, text, textLong, ouzel: { Stores } }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: Stores.inMemoryKeyValueStore('counts'), ...textLong } })
      .toStream()
      .to('out', textLong);
  }),

  'count-logging-disabled': dsl(({ builder, text, textLong }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts', ...textLong, logging: false } })
      .toStream()
      .to('out', textLong);
  }),

  'count-logging-config': dsl(({ builder, text, textLong }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .count({
        materialized: { store: 'counts', ...textLong, logging: { 'segment.bytes': '1000000', 'cleanup.policy': 'compact,delete' } },
      })
      .toStream()
      .to('out', textLong);
  }),

  'agg-group-by-repartition': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .groupBy((value) => (value.startsWith('x') ? null : prefix(value, 1)))
      .aggregate(() => '0', concat)
      .toStream()
      .to('out', text);
  }),

  'aggregate-to-null': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .groupByKey(text)
      .aggregate(
        () => '0',
        (aggregate, value) => (value === 'del' ? null : value === 'same' ? aggregate : aggregate + '+' + value),
        store('a'),
      )
      .toStream()
      .to('out', text);
  }),

  'aggregate-typed': dsl(({ builder, serdes }) => {
    const typed = { key: serdes.int, value: serdes.double };
    builder
      .stream('in', typed)
      .groupByKey(typed)
      .aggregate(
        () => 0,
        (sum, value) => sum + value,
        { materialized: { store: 'sums', ...typed } },
      )
      .toStream()
      .to('out', typed);
  }),

  reduce: dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .reduce((aggregate, value) => (value === 'del' ? null : aggregate + value))
      .toStream()
      .to('out', text);
  }),

  'reduce-named': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .groupBy((value) => prefix(value, 1), text)
      .reduce((aggregate, value) => aggregate + value, { name: 'joiner', ...store('r') })
      .toStream()
      .to('out', text);
  }),

  'cache-on': dsl(({ builder, text, textLong }) => {
    builder.stream('in', text).groupByKey().count(named('c')).toStream().to('out', textLong);
  }),

  'cache-flush-order': dsl(({ builder, text, textLong }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .count(named('c'))
      .groupBy((count) => ['g' + (count % 2), count], textLong)
      .count(named('c2'))
      .toStream()
      .to('out', textLong);
  }),

  'cache-several-updates': dsl(({ builder, text, store, windowedText, ouzel: { hopping } }) => {
    const words = builder
      .stream('in', text)
      .flatMapValues((value) => split(value, ' '))
      .groupByKey(text);
    words
      .aggregate(() => '0', concat, store('plain'))
      .toStream()
      .to('out', text);
    words
      .windowedBy(hopping(10, 5, { grace: 100 }))
      .aggregate(() => '0', concat, store('windowed'))
      .toStream()
      .to('out-windowed', windowedText(10));
  }),

  'cache-disabled-for-store': dsl(({ builder, text, textLong }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'c', ...textLong, caching: false } })
      .toStream()
      .to('out', textLong);
  }),
};
