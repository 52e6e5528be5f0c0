import { serdes, tumbling } from '@ouzel/streams';
import { byStart, from, text, visits, type Run } from './run.js';

export const streams: readonly Run[] = [
  {
    name: 'a stream that is filtered, mapped, split and merged',
    inputs: ['in'],
    build: (builder, topic) => {
      const branches = builder
        .stream(topic('in'), text)
        .flatMapValues((value) => value.split(','))
        .filterNot((value) => value === 'drop')
        .split({ name: 'by-' })
        .branch((value) => value.startsWith('n'), { name: 'number', to: (numbers) => numbers.mapValues((value) => value.slice(1)) })
        .branch((value) => value.startsWith('t'), { name: 'text' })
        .defaultBranch({ name: 'rest' });
      return branches['by-number']!.merge(branches['by-text']!.selectKey((value, key) => `${key}-${value}`)).merge(
        branches['by-rest']!.flatMap((value, key) => [
          [`${key}1`, value],
          [`${key}2`, value],
        ]),
      );
    },
    records: from('in', ['a', 'n1,drop,t2', 0], ['b', 'other', 1]),
    output: 'stream',
    expected: ['a-t2=t2', 'a=1', 'b1=other', 'b2=other'],
  },
  {
    name: 'a stream that is printed',
    inputs: ['in'],
    build: (builder, topic) => {
      const lines: string[] = [];
      const stream = builder.stream(topic('in'), text);
      stream.print({ label: 'in', write: (line) => void lines.push(line) });
      // Children get each record in the order in which they were added.
      return stream.mapValues(() => lines.at(-1)!);
    },
    records: from('in', ['a', 'x', 0], ['b', 'y', 1]),
    output: 'stream',
    expected: ['a=[in]: a, x', 'b=[in]: b, y'],
  },
  {
    name: 'a stream that goes where its records say',
    inputs: ['in', 'left', 'right'],
    build: (builder, topic) => {
      builder.stream(topic('in'), text).to((value) => topic(value), text);
      return builder.stream([topic('left'), topic('right')], text).mapValues((value, _, record) => `${value}@${record.timestamp}`);
    },
    records: from('in', ['a', 'left', 1], ['b', 'right', 2], ['c', 'left', 3]),
    output: 'stream',
    expected: ['a=left@1', 'b=right@2', 'c=left@3'],
  },
  {
    name: 'a stream that is written to a partition of the caller’s choice, or to all',
    inputs: ['in', 'through'],
    build: (builder, topic) => {
      builder.stream(topic('in'), text).to(topic('through'), {
        ...text,
        partitioner: (value, _key, _topic, partitions) =>
          value === 'all' ? Array.from({ length: partitions }, (__, i) => i) : partitions - 1,
      });
      return builder.stream(topic('through'), text);
    },
    records: from('in', ['a', 'one', 1], ['b', 'all', 2], ['c', 'one', 3]),
    output: 'table',
    expected: ['a=one', 'b=all', 'c=one'],
  },
  {
    name: 'a stream over more partitions than its topic has',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .stream(topic('in'), text)
        .selectKey((value) => value)
        .repartition({ name: 'wide', ...text, partitions: 5 })
        .groupByKey()
        .count({ name: 'colors' })
        .toStream()
        .mapValues(String),
    records: from('in', ['1', 'red', 0], ['2', 'blue', 1], ['3', 'red', 2], ['4', 'green', 3], ['5', 'red', 4], ['6', 'blue', 5]),
    output: 'table',
    expected: ['blue=2', 'green=1', 'red=3'],
  },
  {
    name: 'a stream whose time stands in its values',
    inputs: ['in'],
    build: (builder, topic) =>
      byStart(
        builder
          .stream(topic('in'), { ...text, timestamp: ({ value }) => Number(value) })
          .groupByKey()
          .windowedBy(tumbling('10s', { grace: '1h' }))
          .count()
          .toStream(),
      ),
    // A record with a negative time is dropped.
    records: from('in', ['a', '1000', 0], ['a', '25000', 1], ['a', '29999', 2], ['b', '-1', 3], ['b', '12000', 4]),
    output: 'table',
    expected: ['a@0=1', 'a@20000=2', 'b@10000=1'],
  },
  {
    name: 'a stream without the tombstones of its topic',
    inputs: ['in'],
    build: (builder, topic) => builder.stream(topic('in'), { ...text, tombstones: 'drop' }).mapValues((value) => value.length + value),
    records: [...from('in', ['a', 'x', 0], ['b', 'yy', 2]), { topic: 'in', key: 'a', value: null, at: 1 }],
    output: 'stream',
    expected: ['a=1x', 'b=2yy'],
  },
  {
    name: 'a stream whose values are mapped by promises',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .stream(topic('in'), text)
        .asyncMapValues(async (value) => {
          await Promise.resolve();
          return value + value;
        })
        .groupByKey(text)
        .reduce((all, value) => all + value)
        .toStream(),
    records: visits.map((visit, i) => ({ ...visit, value: String(i) })),
    output: 'table',
    expected: ['a=002233', 'b=1155', 'c=44'],
  },
  {
    name: 'decimal numbers as Java writes them',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .stream(topic('in'), text)
        .mapValues(Number)
        .repartition({ name: 'numbers', key: serdes.string, value: serdes.double })
        .mapValues((value) => String(value / 4)),
    records: from('in', ['a', '1', 0], ['b', '-2.5', 1]),
    output: 'stream',
    expected: ['a=0.25', 'b=-0.625'],
  },
];
