import { serdes, session, sliding, StreamsBuilder, tumbling, within, type KStream, type Serde } from '@ouzel/streams';
import { TopologyTestDriver } from '../index.js';

const text = { key: serdes.string, value: serdes.string };

/** A callback that returns a promise, which rejects later. */
const later = (): never => new Promise((_, reject) => setImmediate(() => reject(new Error('too late')))) as never;
const asynchronous: Serde<string> = { serialize: later, deserialize: later };

const sides = { key: serdes.string, left: serdes.string, right: serdes.string };
const table = (s: KStream<string, string>) => s.toTable({ ...text, materialized: { ...text } });

type Build = (left: KStream<string, string>, builder: StreamsBuilder) => unknown;

/** Every place of the DSL that takes a callback, and the records that make it be called. Default: one record. */
const places: Readonly<Record<string, Build>> = {
  filter: (s) => s.filter(later),
  filterNot: (s) => s.filterNot(later),
  map: (s) => s.map(later),
  mapValues: (s) => s.mapValues(later),
  flatMap: (s) => s.flatMap(later),
  flatMapValues: (s) => s.flatMapValues(later),
  selectKey: (s) => s.selectKey(later),
  peek: (s) => s.peek(later),
  forEach: (s) => s.forEach(later),
  'format of print': (s) => s.print({ format: later, write: () => {} }),
  'write of print': (s) => s.print({ write: later }),
  branch: (s) => s.split().branch(later),
  'selector of groupBy': (s) => s.groupBy(later, text).count(),
  reduce: (s) => s.groupByKey().reduce(later),
  aggregate: (s) => s.groupByKey().aggregate(() => '', later, { materialized: text }),
  'initializer of aggregate': (s) => s.groupByKey().aggregate(later, (a) => a, { materialized: text }),
  'windowed reduce': (s) => s.groupByKey().windowedBy(tumbling(10_000)).reduce(later),
  'windowed aggregate': (s) =>
    s
      .groupByKey()
      .windowedBy(tumbling(10))
      .aggregate(() => '', later, { materialized: text }),
  'initializer of a windowed aggregate': (s) =>
    s
      .groupByKey()
      .windowedBy(tumbling(10))
      .aggregate(later, (a) => a, { materialized: text }),
  'sliding aggregate': (s) =>
    s
      .groupByKey()
      .windowedBy(sliding(10))
      .aggregate(() => '', later, { materialized: text }),
  'session aggregate': (s) =>
    s
      .groupByKey()
      .windowedBy(session(10_000))
      .aggregate(
        () => '',
        later,
        (a) => a,
        { materialized: text },
      ),
  'merger of sessions': (s) =>
    s
      .groupByKey()
      .windowedBy(session(10_000))
      .aggregate(
        () => '',
        (a) => a,
        later,
        { materialized: text },
      ),
  cogroup: (s) =>
    s
      .groupByKey()
      .cogroup<string>(later)
      .aggregate(() => '', { materialized: text }),
  'joiner of two streams': (s) =>
    s.join(
      s.mapValues((v) => v),
      later,
      { window: within(10), ...sides },
    ),
  'joiner of a left join': (s, b) => s.leftJoin(b.stream('other', text), later, { window: within(0), ...sides }),
  'joiner of a stream and a table': (s) => s.join(s.toTable(), later),
  'joiner of two tables': (s) => s.toTable().join(s.toTable(), later),
  'row key of a global table': (s, b) => s.join(b.globalTable('global', text), () => '', { on: later }),
  'joiner of a global table': (s, b) => s.leftJoin(b.globalTable('global', text), later, { on: (v) => v }),
  'foreign key': (s) => table(s).join(table(s), () => '', { foreignKey: later }),
  'joiner of a foreign-key join': (s) => table(s).join(table(s), later, { foreignKey: () => 'k' }),
  'partitioner of a foreign-key join': (s) => table(s).join(table(s), () => '', { foreignKey: () => 'k', partitioner: later }),
  'mapValues of a table': (s) => s.toTable().mapValues(later),
  'filter of a table': (s) => s.toTable().filter(later),
  'transformValues of a table': (s) => s.toTable().transformValues(() => ({ transform: later })),
  'groupBy of a table': (s) => s.toTable().groupBy(later, text).count(),
  'reduce of a table': (s) =>
    s
      .toTable()
      .groupBy((v, k) => [k, v], text)
      .reduce(later, later),
  'name of a topic': (s) => s.to(later, text),
  partitioner: (s) => s.to('out', { ...text, partitioner: later }),
};

describe('A callback that must be synchronous and answers a promise', () => {
  const twice = ['reduce', 'windowed reduce', 'reduce of a table', 'merger of sessions', 'joiner of a left join'];

  it.each(Object.keys(places))('is reported, and its promise harms nobody: %s', async (place) => {
    const builder = new StreamsBuilder();
    places[place]!(builder.stream('in', text), builder);
    const told: string[] = [];
    const driver = new TopologyTestDriver(builder.build(), {
      processingHandler: (error: Error) => {
        told.push((error as Error & { code?: string }).code ?? error.message);
        return 'continue';
      },
      productionHandler: 'continue',
      outerJoinEmitInterval: 0,
    });
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await input.pipeKeyValue('k', 'v', 0);
    if (twice.includes(place)) await input.pipeKeyValue('k', 'w', 5_000);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(new Set(told)).toEqual(new Set(['OUZEL_PROMISE']));
    await driver.close();
  });
});

describe('A serde that answers a promise', () => {
  const run = async (build: Build, reason: 'deserialization' | 'processing' | 'production', source: Serde<string> = serdes.string) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', { key: serdes.string, value: source }), builder);
    const driver = new TopologyTestDriver(builder.build(), {
      deserializationHandler: 'continue',
      processingHandler: 'continue',
      productionHandler: 'continue',
    });
    await driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('k', 'v', 0);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect([...driver.dropped]).toEqual([[reason, 1]]);
    await driver.close();
  };

  it('is refused at a source', () => run((s) => s.to('out', text), 'deserialization', asynchronous));
  it('is refused at a sink', () => run((s) => s.to('out', { key: serdes.string, value: asynchronous }), 'production'));
  it('is refused in a store, as key and as value', async () => {
    await run((s) => s.toTable({ materialized: { store: 'rows', key: serdes.string, value: asynchronous } }), 'processing');
    await run((s) => s.toTable({ materialized: { store: 'rows', key: asynchronous, value: serdes.string } }), 'processing');
  });
});

describe('A callback that returns what can not be used', () => {
  const failure = async (build: Build, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', text), builder);
    const driver = new TopologyTestDriver(builder.build(), config);
    const thrown: unknown = await driver
      .createInputTopic('in', serdes.string, serdes.string)
      .pipeKeyValue('k', 'v', 0)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    await driver.close();
    return (thrown as Error | undefined)?.message;
  };

  it('is told what it must return, and where it stands', async () => {
    expect(await failure((s) => s.map((() => undefined) as never, { name: 'mine' }))).toMatch(
      /OUZEL_PROCESSING: the callback of map must return the pair \[key, value\], not undefined at mine of task 0_0, in-0@0/,
    );
    expect(await failure((s) => s.flatMap((() => 7) as never))).toContain(
      'flatMap must return an array or another iterable, not a value of type number',
    );
    expect(await failure((s) => s.flatMap((() => ['k']) as never))).toContain('flatMap must return the pair [key, value]');
    expect(await failure((s) => s.flatMapValues((() => null) as never))).toContain(
      'flatMapValues must return an array or another iterable, not null',
    );
    expect(await failure((s) => s.to((() => 3) as never, text))).toContain('the topic extractor returned a value of type number');
    expect(await failure((s) => s.to('out', { ...text, partitioner: () => 1 }))).toContain(
      'the partitioner chose 1 of the 1 partitions of "out"',
    );
    expect(await failure((s) => s.to('out', { ...text, partitioner: () => [0, 0.5] }))).toContain(
      'the partitioner chose 0.5 of the 1 partitions',
    );
  });

  it('a time that is none is no reason to drop a record in silence', async () => {
    const stamped = (timestamp: () => number) => {
      const builder = new StreamsBuilder();
      builder.stream('in', { ...text, timestamp }).to('out', text);
      const driver = new TopologyTestDriver(builder.build());
      return driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('k', 'v', 0);
    };
    await expect(stamped(() => NaN)).rejects.toThrow(/OUZEL_TIMESTAMP: the timestamp extractor returned NaN at in-0@0/);
    await expect(stamped(() => 1.5)).rejects.toThrow(/returned 1.5/);
    await expect(stamped(later)).rejects.toThrow(/returned a promise at in-0@0/);
    await expect(stamped(() => 'today' as never)).rejects.toThrow(/returned a value of type string/);
    const broken = () => {
      throw new Error('no field of that name');
    };
    await expect(stamped(broken)).rejects.toThrow(/the timestamp extractor failed: no field of that name at in-0@0/);
  });
});
