import type { TimestampExtractor } from '@ouzel/streams';
import { dsl, named, pair, parseLong, type Twins } from './parts.js';

const fromValue: TimestampExtractor<string, string> = ({ value }, partitionTime) =>
  value === 'partition-time' ? partitionTime : parseLong(value);

/** Stateless.java: operators without state, routing, topics and timestamps. */
export const stateless: Twins = {
  'unknown-payment': dsl(({ builder, text }) => {
    builder
      .stream('payment', text)
      .filter((_, key) => key === 'unknown')
      .to('unknown-payment', text);
  }),

  filter: dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .filter((value) => value === null || value < 'm')
      .to('out', text);
  }),

  'filter-not': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .filterNot((_, key) => key === 'A', { name: 'not-a' })
      .to('out', text);
  }),

  map: dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .map((value, key) => [value, key])
      .to('out', text);
  }),

  'map-values': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .mapValues((value) => value + '!')
      .to('out', text);
  }),

  'map-values-with-key': dsl(({ builder, text, serdes }) => {
    builder
      .stream('in', text)
      .mapValues((value, key) => (value === null ? null : key + ':' + value), { name: 'label' })
      .to('out', { key: serdes.string, value: serdes.nullable(serdes.string) });
  }),

  'flat-map': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .flatMap((value, key): [string, string][] =>
        value === null
          ? []
          : [
              [key, value],
              [value, key],
            ],
      )
      .to('out', text);
  }),

  'flat-map-values': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .flatMapValues((value) => (value === null ? [] : [value, value + value]))
      .to('out', text);
  }),

  'flat-map-values-with-key': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .flatMapValues((value, key) => (value === null ? [] : [key + value, value]))
      .to('out', text);
  }),

  'select-key': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .to('out', text);
  }),

  'peek-foreach': dsl(({ builder, text }) => {
    const stream = builder.stream('in', text).peek(() => {});
    stream.forEach(() => {});
    stream.to('out', text);
  }),

  merge: dsl(({ builder, text }) => {
    builder
      .stream('left', text)
      .merge(builder.stream('right', text))
      .mapValues((value) => value + '!')
      .to('out', text);
  }),

  'merge-split': dsl(({ builder, text }) => {
    const branches = builder
      .stream('in', text)
      .split({ name: 'sp-' })
      .branch((value) => value.startsWith('a'), { name: 'A' })
      .branch((value) => value.startsWith('b'))
      .defaultBranch();
    branches['sp-A']!.merge(branches['sp-2']!).to('out', text);
    branches['sp-0']!.to('out2', text);
  }),

  split: dsl(({ builder, text }) => {
    const branches = builder
      .stream('in', text)
      .split({ name: 'split-' })
      .branch((_, key) => key === 'A', { name: 'a' })
      .branch((_, key) => key === 'A' || key === 'B', { name: 'b' })
      .defaultBranch({ name: 'rest' });
    branches['split-a']!.to('out-a', text);
    branches['split-b']!.to('out-b', text);
    branches['split-rest']!.to('out-rest', text);
  }),

  'split-no-default': dsl(({ builder, text }) => {
    const branches = builder
      .stream('in', text)
      .split()
      .branch((_, key) => key === 'A', { to: (branch) => branch.to('out-a', text) })
      .branch((_, key) => key === 'B', { name: 'loud', to: (branch) => branch.mapValues((value) => value + '!') })
      .noDefaultBranch();
    for (const [name, branch] of Object.entries(branches)) branch.to('out-' + name.slice(name.indexOf('loud')), text);
  }),

  'to-dynamic': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .to((_, key, record, at) => `out-${key}-${at!.topic}-${at!.partition}-${at!.offset}-${record.timestamp}`, text);
  }),

  'to-partitioner': dsl(({ builder, text }) => {
    builder.stream('in', text).to('out', {
      ...text,
      partitioner: (value, _key, _topic, partitions) => {
        switch (value) {
          case 'default':
            return undefined;
          case 'drop':
            return [];
          default:
            return [partitions - 1];
        }
      },
    });
  }),

  'stream-topics': dsl(({ builder, text }) => {
    builder.stream(['in', 'in2'], text).to('out', text);
    builder
      .stream('in3', text)
      .mapValues((value) => value + '1')
      .to('out1', text);
    builder
      .stream('in3', text)
      .mapValues((value) => value + '2')
      .to('out2', text);
  }),

  'stream-pattern': dsl(({ builder, text }) => {
    builder.stream(/in-\d+/, text).to('out', text);
    builder.stream('other', text).to('out', text);
  }),

  'repartition-named': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .repartition({ name: 'rp', ...text, partitions: 1 })
      .to('out', text);
  }),

  'repartition-unnamed': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .repartition()
      .to('out', text);
  }),

  'repartition-relaxed-null': dsl(({ builder, text, textJoin }) => {
    builder
      .stream('in', text)
      .selectKey((_, key) => key)
      .leftJoin(builder.table('t', { ...text, ...named('tbl') }), pair, textJoin)
      .to('out', text);
  }),

  'timestamp-extractor': dsl(({ builder, text }) => {
    builder.stream('in', { ...text, timestamp: fromValue }).to('out', text);
  }),

  'timestamp-extractor-built-in': dsl(({ builder, text, ouzel: { timestamps } }) => {
    builder.stream('skip', { ...text, timestamp: timestamps.skipInvalid }).to('out', text);
    builder.stream('use', { ...text, timestamp: timestamps.partitionTimeIfInvalid }).to('out', text);
  }),

  'headers-flow': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .filter(() => true)
      .map((value, key) => [value, key])
      .repartition({ name: 'again' })
      .flatMapValues((value) => [value, value])
      .to('out', text);
  }),
};
