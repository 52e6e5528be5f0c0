import { PassThrough } from '../operators/pass-through.js';
import { Filter } from '../operators/filter.js';
import { serdes } from '../serdes/serdes.js';
import { Stores } from '../state/stores.js';
import { planFor } from '../topology/application-plan.js';
import type { ProcessorSpec } from '../topology/plan.js';
import { session, sliding, tumbling, untilTimeLimit, untilWindowCloses, within } from '../windows/index.js';
import { StreamsBuilder } from './streams-builder.js';
import { plannedOf, Topology } from './topology.js';

const text = { key: serdes.string, value: serdes.string };
const pair = (left: string | null, right: string | null) => `${left},${right}`;

function stream(builder = new StreamsBuilder()) {
  return builder.stream('in', text);
}

async function nodeOf(topology: Topology, name: string): Promise<unknown> {
  const nodes = planFor(plannedOf(topology), { applicationId: 'app' }).subTopologies.flatMap((sub) => sub.nodes);
  return (nodes.find((node) => node.name === name) as ProcessorSpec).create();
}

describe('a builder', () => {
  it('builds once', () => {
    const builder = new StreamsBuilder();
    const source = stream(builder);
    source.to('out', text);
    const topology = builder.build();
    expect(builder.build()).toBe(topology);
    expect(() => source.to('late')).toThrow(/the topology is built already at node "KSTREAM-SINK-0000000002"/);
  });

  it('builds what could be put together by hand', () => {
    const builder = new StreamsBuilder();
    builder.stream('in', { ...text, name: 'in' }).to('out', { ...text, name: 'out' });
    const byHand = new Topology().addSource('in', 'in', text).addSink('out', 'out', { ...text, parents: ['in'] });
    expect(builder.build().describe()).toBe(byHand.describe());
  });

  it('has no store for a table that nobody looks into', () => {
    const builder = new StreamsBuilder();
    builder.table('in', text).toStream().to('out', text);
    expect(builder.build().describe()).toContain('Processor: KTABLE-SOURCE-0000000002 (stores: [])');
  });

  it('gives a table a store when something below needs its former values', () => {
    const builder = new StreamsBuilder();
    builder
      .table('in', text)
      .mapValues((value) => value)
      .suppress(untilTimeLimit(5));
    expect(builder.build().describe()).toContain('(stores: [in-STATE-STORE-0000000000])');
  });

  it('drops records without a key before they are repartitioned, except where a left join takes them', async () => {
    const builder = new StreamsBuilder();
    const rekeyed = stream(builder).selectKey((value) => value);
    const table = builder.table('t', text);
    rekeyed.join(table, pair, { name: 'inner', ...text });
    rekeyed.leftJoin(table, pair, { name: 'left', ...text });
    const topology = builder.build();
    expect(await nodeOf(topology, 'inner-repartition-filter')).toBeInstanceOf(Filter);
    expect(await nodeOf(topology, 'left-repartition-filter')).toBeInstanceOf(PassThrough);
  });

  it('hands out branches by the name of the split and their own, or their number', () => {
    const branches = stream()
      .split({ name: 'size-' })
      .branch((value) => value.length > 5, { name: 'large' })
      .branch((value) => value.length > 2)
      .branch((value) => value.length > 1, { to: (small) => small.mapValues((value) => value) })
      .branch((value) => value === 'x', { name: 'gone', to: (one) => one.to('ones', text) })
      .defaultBranch();
    expect(new Set(Object.keys(branches))).toEqual(new Set(['size-large', 'size-2', 'size-3', 'size-0']));
  });

  it('takes and describes any number of ways through it', () => {
    const builder = new StreamsBuilder();
    let joined = stream(builder).selectKey((value) => value);
    for (let i = 0; i < 60; i++) joined = joined.filter(() => true).merge(joined.filter(() => true));
    joined.groupByKey(text).count();
    expect(builder.build().describe()).toContain('Processor: KSTREAM-MERGE-0000000181');
  });

  it('tells by which name a table can be asked', () => {
    const counts = stream()
      .groupByKey()
      .count({ materialized: { store: 'counts' } });
    expect(counts.queryableStoreName).toBe('counts');
    expect(counts.filter((count) => count > 1).queryableStoreName).toBeNull();
    expect(stream().groupByKey().count().queryableStoreName).toBeNull();
  });
});

describe('what a builder refuses', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['no callback', () => stream().filter(undefined as never), /the predicate of filter must be a function, not undefined/],
    [
      'a name that no topic could have',
      () => stream().peek(() => {}, { name: 'my peek' }),
      /OUZEL_NAMING: "my peek" is not a legal name at name of peek/,
    ],
    [
      'a serde that was not made',
      () => stream().to('out', { value: serdes.json as never }),
      /"value" of to is no serde\. Call it: value: serdes\.json\(\)/,
    ],
    [
      'a window that is none',
      () =>
        stream()
          .groupByKey()
          .windowedBy('1m' as never),
      /windowedBy needs a window/,
    ],
    [
      'a join of streams without a window',
      () => {
        const builder = new StreamsBuilder();
        stream(builder).join(stream(builder), pair, {} as never);
      },
      /join with a stream needs a window/,
    ],
    ['a stream of another builder', () => stream().merge(stream()), /merge was called with a stream of another StreamsBuilder/],
    [
      'a processor in place of what makes one',
      () => stream().process({ process() {} } as never),
      /process needs a function that makes one processor per task/,
    ],
    [
      'a branch behind the default',
      () => {
        const split = stream().split();
        split.defaultBranch();
        split.branch(() => true);
      },
      /the split is complete/,
    ],
    [
      'a partition count that is none',
      () => stream().repartition({ partitions: 0 }),
      /partitions of repartition must be a whole number of at least 1, not 0/,
    ],
    [
      'an asynchronous mapper without room for a record',
      () => stream().asyncMapValues(async () => 1, { concurrency: 0 }),
      /concurrency of asyncMapValues must be a whole number of at least 1, not 0/,
    ],
    [
      'an asynchronous mapper with a time limit that is none',
      () => stream().asyncMapValues(async () => 1, { timeout: '5 minutes' as never }),
      /"5 minutes" is not a duration at timeout of asyncMapValues/,
    ],
    [
      'a retention shorter than the windows',
      () =>
        stream()
          .groupByKey()
          .windowedBy(sliding(10, { grace: 5 }))
          .count({ materialized: { retention: 24 } }),
      /Keep it for at least 25 ms/,
    ],
    [
      'a retention shorter than a session',
      () =>
        stream()
          .groupByKey()
          .windowedBy(session(10))
          .count({ materialized: { retention: 9 } }),
      /Keep it for at least 10 ms/,
    ],
    [
      'final results without windows',
      () => new StreamsBuilder().table('t', text).suppress(untilWindowCloses()),
      /untilWindowCloses needs a windowed aggregate above it/,
    ],
    [
      'a supplier that does not fit the join',
      () => {
        const builder = new StreamsBuilder();
        const left = stream(builder);
        left.join(builder.stream('r', text), pair, {
          window: within(5),
          leftStore: Stores.inMemoryWindowStore('l', { retention: 10, size: 10 }),
        });
      },
      /\{ retention: 10, size: 10, retainDuplicates: true \}/,
    ],
  ])('%s', (_what, build, message) => {
    expect(build).toThrow(message);
  });

  it('different partition counts for what is joined', () => {
    const builder = new StreamsBuilder();
    const left = stream(builder).repartition({ name: 'l', partitions: 2 });
    left.join(builder.stream('r', text).repartition({ name: 'r', partitions: 3 }), pair, {
      window: within(5),
      ...text,
      left: serdes.string,
      right: serdes.string,
    });
    expect(() => builder.build()).toThrow(/OUZEL_COPARTITION: topic "l-repartition" is to have 2 partitions, topic "r-repartition" 3/);
  });

  it('resources without a name where names are asked for, all at once', () => {
    const builder = new StreamsBuilder({ explicitNames: true });
    const grouped = stream(builder).groupBy((value) => value, text);
    grouped.count();
    grouped.windowedBy(tumbling(5)).count({ materialized: { store: 'named' } });
    expect(() => builder.build()).toThrow(
      /OUZEL_NAMING: 2 faults\n[^]*its store "KSTREAM-AGGREGATE-STATE-STORE-0000000002" has no name[^]*KSTREAM-AGGREGATE-STATE-STORE-0000000002-repartition/,
    );
  });
});
