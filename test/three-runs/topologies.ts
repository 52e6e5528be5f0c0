import type { StreamsBuilder } from '@ouzel/streams';
import { serdes, session, tumbling, untilWindowCloses, within, type KStream, type Windowed } from '@ouzel/streams';

/** A record of an input; without partition it goes where its key belongs. */
export interface InputRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly at: number;
  readonly partition?: number;
}

/** A topology, what it reads, and what has come out in the end, wherever it runs. */
export interface Run {
  readonly name: string;
  readonly inputs: readonly string[];
  build(builder: StreamsBuilder, topic: (name: string) => string): KStream<string, string>;
  readonly records: readonly InputRecord[];
  /** `table`: the last value of each key; `stream`: every record. As `key=value`, in the order of the alphabet. */
  readonly output: 'table' | 'stream';
  readonly expected: readonly string[];
}

const text = { key: serdes.string, value: serdes.string };
const both = { ...text, left: serdes.string, right: serdes.string };
/** The end of all windows, on both partitions. What it leads to itself is left out of the output. */
const end = (...topics: string[]): InputRecord[] =>
  topics.flatMap((topic) => [0, 1].map((partition) => ({ topic, key: `end-${partition}`, value: 'x', at: 600_000, partition })));
const from = (topic: string, ...records: readonly (readonly [key: string, value: string, at: number])[]): InputRecord[] =>
  records.map(([key, value, at]) => ({ topic, key, value, at }));
const byStart = (results: KStream<Windowed<string>, number>) =>
  results.map((count, { key, window }) => [`${key}@${window.start}`, String(count)] as [string, string]);
const visits = from('in', ['a', 'x', 0], ['b', 'x', 1_000], ['a', 'x', 9_000], ['a', 'x', 12_000], ['c', 'x', 13_000], ['b', 'x', 3_000]);

export const runs: readonly Run[] = [
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
];

/** What counts of an output, as text. */
export function outcome({ output }: Run, records: readonly (readonly [key: string, value: string | null])[]): string[] {
  const counting = records.filter(([key]) => !key.startsWith('end-'));
  const kept = output === 'stream' ? counting : [...new Map(counting)];
  return kept.map(([key, value]) => `${key}=${value}`).sort();
}
