import { serdes, Stores, within } from '@ouzel/streams';
import { end, from, text, type Run } from './run.js';

const both = { ...text, left: serdes.string, right: serdes.string };

export const joins: readonly Run[] = [
  {
    name: 'two tables joined',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), text)
        .leftJoin(builder.table(topic('other'), text), (left, right) => `${left}+${right}`)
        .toStream(),
    records: [
      ...from('in', ['a', 'l1', 0], ['b', 'l2', 1], ['c', 'l3', 2], ['a', 'l4', 5]),
      ...from('other', ['a', 'r1', 3], ['b', 'r2', 4], ['d', 'r3', 6]),
    ],
    output: 'table',
    expected: ['a=l4+r1', 'b=l2+r2', 'c=l3+null'],
  },
  {
    name: 'two streams joined, the left one with nothing where it must',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder.stream(topic('in'), text).leftJoin(builder.stream(topic('other'), text), (left, right) => `${left}+${right}`, {
        window: within('5s', { grace: '1m' }),
        ...both,
      }),
    records: [
      ...from('in', ['a', 'l1', 0], ['b', 'l2', 1_000], ['a', 'l3', 20_000]),
      ...from('other', ['a', 'r1', 4_000], ['b', 'r2', 7_000], ['a', 'r3', 16_000]),
      ...end('in', 'other'),
    ],
    output: 'stream',
    expected: ['a=l1+r1', 'a=l3+r3', 'b=l2+null'],
  },
  {
    name: 'tables joined by a foreign key',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), text)
        .join(builder.table(topic('other'), text), (order, product) => `${order}+${product}`, {
          foreignKey: (order) => order.split(':')[0]!,
          ...text,
        })
        .toStream(),
    records: [
      ...from('in', ['1', 'p:x', 0], ['2', 'q:y', 1], ['3', 'p:z', 2], ['4', 'none:w', 3]),
      ...from('other', ['p', 'pen', 4], ['q', 'quill', 5], ['p', 'pencil', 6]),
    ],
    output: 'table',
    expected: ['1=p:x+pencil', '2=q:y+quill', '3=p:z+pencil'],
  },
  {
    name: 'two streams joined, both with nothing where they must',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder.stream(topic('in'), text).outerJoin(builder.stream(topic('other'), text), (left, right) => `${left}+${right}`, {
        window: within('5s', { after: '10s', grace: '1m' }),
        ...both,
      }),
    records: [
      ...from('in', ['a', 'l1', 0], ['b', 'l2', 1_000], ['a', 'l3', 40_000]),
      ...from('other', ['a', 'r1', 9_000], ['b', 'r2', 17_000], ['a', 'r3', 34_000]),
      ...end('in', 'other'),
    ],
    output: 'stream',
    expected: ['a=l1+r1', 'a=l3+null', 'a=null+r3', 'b=l2+null', 'b=null+r2'],
  },
  {
    name: 'a stream joined with itself',
    inputs: ['in'],
    build: (builder, topic) => {
      const stream = builder.stream(topic('in'), text);
      return stream.join(stream, (left, right) => left + right, { window: within('5s', { grace: '1m' }), ...both });
    },
    records: from('in', ['a', '1', 0], ['a', '2', 4_000], ['b', '3', 4_000], ['a', '4', 8_000]),
    config: { optimization: 'all' },
    output: 'stream',
    expected: ['a=11', 'a=12', 'a=21', 'a=22', 'a=24', 'a=42', 'a=44', 'b=33'],
  },
  {
    name: 'a stream joined with a table',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder.stream(topic('in'), text).leftJoin(builder.table(topic('other'), text), (left, right) => `${left}+${right}`, both),
    records: [...from('other', ['a', 'r1', 0], ['a', 'r2', 10]), ...from('in', ['a', 'l1', 5], ['a', 'l2', 20], ['b', 'l3', 21])],
    output: 'stream',
    expected: ['a=l1+r1', 'a=l2+r2', 'b=l3+null'],
  },
  {
    name: 'a stream joined with the versions of a table, after a grace period',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder.stream(topic('in'), text).join(
        builder.table(topic('other'), {
          ...text,
          materialized: { store: Stores.persistentVersionedKeyValueStore('versions', { history: '10m' }) },
        }),
        (left, right) => `${left}+${right}`,
        { ...both, grace: '30s' },
      ),
    records: [
      ...from('other', ['a', 'r1', 0], ['a', 'r2', 10_000]),
      ...from('in', ['a', 'l1', 5_000], ['a', 'l2', 20_000], ['b', 'l3', 21_000]),
      ...end('in', 'other'),
    ],
    // The marker of a transaction has the time of the machine, which is decades later than that of the records: it would
    // end the segment, so that the changelog could be compacted to the last version.
    config: { topicConfig: { 'segment.ms': String(100 * 365 * 86_400_000) } },
    output: 'stream',
    expected: ['a=l1+r1', 'a=l2+r2'],
  },
  {
    name: 'a stream joined with a table that every instance holds whole',
    inputs: ['whole', 'in'],
    globals: ['whole'],
    build: (builder, topic) =>
      builder.stream(topic('in'), text).leftJoin(builder.globalTable(topic('whole'), text), (left, right) => `${left}+${right}`, {
        on: (value) => value.slice(0, 1),
      }),
    records: [...from('whole', ['p', 'pen', 0], ['q', 'quill', 1]), ...from('in', ['1', 'p1', 2], ['2', 'q2', 3], ['3', 'r3', 4])],
    output: 'stream',
    expected: ['1=p1+pen', '2=q2+quill', '3=r3+null'],
  },
  {
    name: 'tables joined by a foreign key, also those that have none',
    inputs: ['in', 'other'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), text)
        .leftJoin(builder.table(topic('other'), text), (order, product) => `${order}+${product}`, {
          foreignKey: (order) => order.split(':')[0]!,
          ...text,
          materialized: { store: 'joined', ...text },
        })
        .toStream(),
    records: [
      ...from('in', ['1', 'p:x', 0], ['2', 'q:y', 1], ['3', 'p:z', 2], ['1', 'q:x', 3]),
      ...from('other', ['p', 'pen', 4], ['q', 'quill', 5], ['p', 'pencil', 6]),
    ],
    output: 'table',
    expected: ['1=q:x+quill', '2=q:y+quill', '3=p:z+pencil'],
  },
  {
    name: 'three tables joined, one of them from a stream',
    inputs: ['in', 'other', 'third'],
    build: (builder, topic) =>
      builder
        .table(topic('in'), text)
        .outerJoin(builder.table(topic('other'), text), (left, right) => `${left}+${right}`)
        .join(builder.stream(topic('third'), text).toTable({ materialized: { store: 'third' } }), (left, right) => `${left}+${right}`)
        .toStream(),
    records: [
      ...from('in', ['a', '1', 0], ['b', '2', 1]),
      ...from('other', ['a', '3', 2], ['c', '4', 3]),
      ...from('third', ['a', '5', 4], ['c', '6', 5], ['b', '7', 6], ['d', '8', 7]),
    ],
    output: 'table',
    expected: ['a=1+3+5', 'b=2+null+7', 'c=null+4+6'],
  },
];
