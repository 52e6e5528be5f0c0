import { hopping, serdes, session, sliding, tumbling, unlimited, untilTimeLimit, untilWindowCloses } from '@ouzel/streams';
import { byStart, end, from, text, visits, type Run } from './run.js';

export const aggregates: readonly Run[] = [
  {
    name: 'a count after a change of the key, by a repartition topic',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .stream(topic('in'), text)
        .groupBy((value) => value, text)
        .count()
        .toStream()
        .mapValues(String),
    records: from('in', ['1', 'red', 0], ['2', 'blue', 1], ['3', 'red', 2], ['4', 'green', 3], ['5', 'red', 4], ['6', 'blue', 5]),
    output: 'table',
    expected: ['blue=2', 'green=1', 'red=3'],
  },
  {
    name: 'a count per tumbling window',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(tumbling('10s', { grace: '1m' }))
          .count()
          .toStream(),
      ),
    records: visits,
    output: 'table',
    expected: ['a@0=2', 'a@10000=1', 'b@0=2', 'c@10000=1'],
  },
  {
    name: 'sessions, final results only',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(session('5s', { grace: '1m' }))
          .count()
          .suppress(untilWindowCloses())
          .toStream(),
      ),
    records: [...visits, ...end('in')],
    output: 'stream',
    expected: ['a@0=1', 'a@9000=2', 'b@1000=2', 'c@13000=1'],
  },
  {
    name: 'tumbling windows, suppressed until they close',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(tumbling('10s', { grace: '1m' }))
          .count()
          .suppress(untilWindowCloses())
          .toStream(),
      ),
    records: [...visits, ...end('in')],
    output: 'stream',
    expected: ['a@0=2', 'a@10000=1', 'b@0=2', 'c@10000=1'],
  },

  {
    name: 'sums in hopping windows',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(hopping('10s', '5s', { grace: '1m' }))
          .aggregate(
            () => 0,
            (sum, value) => sum + Number(value),
            { materialized: { store: 'sums', value: serdes.double } },
          )
          .toStream(),
      ),
    records: from('in', ['a', '1', 1_000], ['a', '2', 6_000], ['b', '4', 7_000], ['a', '8', 16_000], ['a', '16', 2_000]),
    output: 'table',
    expected: ['a@0=19', 'a@10000=8', 'a@15000=8', 'a@5000=2', 'b@0=4', 'b@5000=4'],
  },
  {
    name: 'sliding windows, emitted on close',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(sliding('5s', { grace: '10s' }))
          .emitStrategy('close')
          .count()
          .toStream(),
      ),
    records: [...from('in', ['a', 'x', 10_000], ['a', 'x', 12_000], ['b', 'x', 13_000], ['a', 'x', 30_000]), ...end('in')],
    config: { emitInterval: 0 },
    output: 'stream',
    expected: ['a@10001=1', 'a@25000=1', 'a@5000=1', 'a@7000=2', 'b@8000=1'],
  },
  {
    name: 'one window without an end',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(unlimited())
          .reduce((all, value) => all + value)
          .toStream(),
      ),
    records: from('in', ['a', '1', 1_000], ['b', '2', 6_000], ['a', '3', 9_000_000], ['a', '4', 2_000]),
    output: 'table',
    expected: ['a@0=134', 'b@0=2'],
  },
  {
    name: 'sessions that are merged',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .windowedBy(session('5s', { grace: '1m' }))
          .aggregate(
            () => '',
            (all, value) => [...all, value].sort().join(''),
            (left, right) => [...left, ...right].sort().join(''),
            { materialized: { store: 'sessions', value: serdes.string } },
          )
          .toStream(),
      ),
    records: from('in', ['a', '1', 0], ['a', '2', 8_000], ['b', '3', 8_000], ['a', '4', 4_000], ['a', '5', 20_000]),
    config: { cacheMaxBytes: 0 },
    output: 'table',
    expected: ['a@0=124', 'a@20000=5', 'a@8000=null', 'b@8000=3'],
  },
  {
    name: 'two streams aggregated as one, per window',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), text)
          .groupByKey()
          .cogroup<string>((all, value) => [...all, value].sort().join(''))
          .cogroup(builder.stream(topic('other'), text).groupByKey(), (all, value) => [...all, value.toUpperCase()].sort().join(''))
          .windowedBy(tumbling('10s', { grace: '1m' }))
          .aggregate(() => '', { materialized: { store: 'both', value: serdes.string } })
          .toStream(),
      ),
    records: [
      ...from('in', ['a', 'x', 0], ['b', 'x', 1_000], ['a', 'y', 12_000]),
      ...from('other', ['a', 'z', 9_000], ['c', 'z', 13_000], ['a', 'z', 14_000]),
    ],
    output: 'table',
    expected: ['a@0=Zx', 'a@10000=Zy', 'b@0=x', 'c@10000=Z'],
  },
  {
    name: 'a table grouped anew, with what is replaced taken away',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), text)
        .groupBy((color, name) => [color, name], text)
        .aggregate(
          () => '',
          (names, name) => [...names, name].sort().join(''),
          (names, name) => names.replace(name, ''),
          { materialized: { store: 'names', value: serdes.string } },
        )
        .toStream(),
    records: [
      ...from('in', ['1', 'red', 0], ['2', 'blue', 1], ['3', 'red', 2], ['1', 'blue', 3], ['4', 'red', 4]),
      { topic: 'in', key: '2', value: null, at: 5 },
    ],
    output: 'table',
    expected: ['blue=1', 'red=34'],
  },
  {
    name: 'a table without its rows of a kind, its updates held back for a time',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), { ...text, materialized: { store: 'rows' } })
        .filter((value) => value !== 'no')
        .mapValues((value) => value.toUpperCase(), { materialized: { store: 'upper', ...text } })
        .suppress(untilTimeLimit('10s'))
        .toStream(),
    records: [...from('in', ['a', 'x', 0], ['b', 'no', 1], ['a', 'y', 2], ['c', 'z', 3], ['c', 'no', 4]), ...end('in')],
    config: { cacheMaxBytes: 0 },
    output: 'stream',
    expected: ['a=Y', 'c=null'],
  },
  {
    name: 'a table whose topic is its changelog',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), { ...text, materialized: { store: 'rows' } })
        .toStream()
        .groupByKey()
        .count()
        .toStream()
        .mapValues(String),
    records: from('in', ['a', 'x', 0], ['b', 'y', 1], ['a', 'z', 2]),
    config: { optimization: 'all', cacheMaxBytes: 0 },
    output: 'table',
    expected: ['a=2', 'b=1'],
  },
  {
    name: 'counts in stores of the format with headers',
    inputs: ['in'],
    build: (builder, topic) => byStart(builder.stream(topic('in'), text).groupByKey().windowedBy(tumbling('10s')).count().toStream()),
    records: visits.slice(0, 5),
    config: { storeFormat: 'headers' },
    output: 'table',
    expected: ['a@0=2', 'a@10000=1', 'b@0=1', 'c@10000=1'],
  },
];
