import {
  Headers,
  serdes,
  Stores,
  StreamRecord,
  StreamsBuilder,
  Topology,
  tumbling,
  type KeyValueStore,
  type Processor,
  type ProcessorContext,
} from '@ouzel/streams';
import { TopologyTestDriver } from '../index.js';

const text = { key: serdes.string, value: serdes.string };
const counts = { key: serdes.string, value: serdes.long };

function wordCount(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('lines', text)
    .flatMapValues((line) => line.split(' '))
    .groupBy((word) => word, text)
    .count({ materialized: { store: 'counts', ...counts } })
    .toStream()
    .to('counts', counts);
  return builder.build();
}

function driving(topology: Topology, config: Record<string, unknown> = { cacheMaxBytes: 0 }): TopologyTestDriver {
  return new TopologyTestDriver(topology, config);
}

describe('TopologyTestDriver', () => {
  it('has processed and committed all that follows from a record when the pipe resolves, repartition topics included', async () => {
    const driver = driving(wordCount());
    const lines = driver.createInputTopic('lines', serdes.string, serdes.string);
    const output = driver.createOutputTopic('counts', serdes.string, serdes.long);
    await lines.pipeKeyValue('k', 'a b a', 7);
    expect(output.readKeyValues()).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ]);
    expect(output.isEmpty).toBe(true);
    await driver.close();
  });

  it('keeps every record that was written, in order, internal topics included', async () => {
    const driver = driving(wordCount(), { cacheMaxBytes: 0, applicationId: 'app' });
    await driver.createInputTopic('lines', serdes.string, serdes.string).pipeKeyValue('k', 'a', 7);
    const records = driver
      .producedRecords()
      .map(({ topic, key, value, timestamp }) => ({ topic, key: key?.toString(), value: value?.toString('hex'), timestamp }));
    expect(records).toEqual([
      { topic: 'app-counts-repartition', key: 'a', value: '61', timestamp: 7 },
      { topic: 'counts', key: 'a', value: '0000000000000001', timestamp: 7 },
      { topic: 'app-counts-changelog', key: 'a', value: '0000000000000001', timestamp: 7 },
    ]);
    await driver.close();
  });

  it('tells what was committed for the inputs that records came from', async () => {
    const driver = driving(wordCount(), { cacheMaxBytes: 0, applicationId: 'app' });
    const lines = driver.createInputTopic('lines', serdes.string, serdes.string);
    expect(driver.committed()).toEqual([]);
    await lines.pipeKeyValue('k', 'a b', 7);
    expect(driver.committed()).toEqual([
      { topic: 'lines', partition: 0, offset: 1, metadata: 'AgAAAAAAAAAH' },
      { topic: 'app-counts-repartition', partition: 0, offset: 2, metadata: 'AgAAAAAAAAAH' },
    ]);
    await driver.close();
  });

  it('flushes the record cache after each record, so that updates of one record come out as one', async () => {
    const driver = driving(wordCount(), { cacheMaxBytes: 1_000_000 });
    const builder = new StreamsBuilder();
    builder
      .stream('lines', text)
      .flatMapValues((line) => line.split(' '))
      .groupByKey(text)
      .count({ materialized: { store: 'counts', ...counts } })
      .toStream()
      .to('counts', counts);
    const cached = driving(builder.build(), { cacheMaxBytes: 1_000_000 });
    await cached.createInputTopic('lines', serdes.string, serdes.string).pipeKeyValue('k', 'a b c', 1);
    expect(cached.createOutputTopic('counts', serdes.string, serdes.long).readKeyValues()).toEqual([['k', 3]]);
    await cached.close();
    await driver.close();
  });

  it('shows stores as they are after what was piped', async () => {
    const driver = driving(wordCount());
    await driver.createInputTopic('lines', serdes.string, serdes.string).pipeKeyValue('k', 'a a', 3);
    expect((await driver.keyValueStore<string, number>('counts')).get('a')).toBe(2);
    expect((await driver.timestampedKeyValueStore<string, number>('counts')).get('a')).toEqual({ value: 2, timestamp: 3 });
    await driver.close();
  });

  it('gives a store to a test before any record, to be filled', async () => {
    const builder = new StreamsBuilder();
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('names'), serdes.string, serdes.string));
    class Greeting implements Processor<string, string, string, string> {
      private context!: ProcessorContext<string, string>;
      init(context: ProcessorContext<string, string>): void {
        this.context = context;
      }
      process(record: StreamRecord<string, string>): void | Promise<void> {
        const names = this.context.getStateStore<KeyValueStore<string, string>>('names');
        return this.context.forward(record.with({ value: `hello ${names.get(record.key)}` }));
      }
    }
    builder
      .stream('in', text)
      .process<string, string>(() => new Greeting(), { stores: ['names'] })
      .to('out', text);
    const driver = driving(builder.build());
    (await driver.keyValueStore<string, string>('names')).put('1', 'anna');
    await driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('1', '');
    expect(driver.createOutputTopic('out', serdes.string, serdes.string).readValue()).toBe('hello anna');
    await driver.close();
  });

  it('names the stores that there are when one is asked for that is not', async () => {
    const driver = driving(wordCount());
    await expect(driver.keyValueStore('cuonts')).rejects.toMatchObject({
      code: 'OUZEL_STORE_UNKNOWN',
      help: expect.stringContaining('"counts"'),
    });
    await expect(driver.windowStore('counts')).rejects.toMatchObject({ code: 'OUZEL_STORE_UNKNOWN' });
    await driver.close();
  });

  it('shows a window store without timestamps', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey(text)
      .windowedBy(tumbling('1m'))
      .count({ materialized: { store: 'minutes', ...counts } });
    const driver = driving(builder.build());
    await driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('k', 'v', 61_000);
    const minutes = await driver.windowStore<string, number>('minutes');
    expect(minutes.fetch('k', 60_000)).toBe(1);
    await driver.close();
  });

  it('counts what was dropped, by reason', async () => {
    const driver = driving(wordCount());
    const lines = driver.createInputTopic('lines', serdes.string, serdes.string);
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey(text)
      .count({ materialized: { store: 'c', ...counts } });
    const dropping = driving(builder.build());
    await dropping.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue(null, 'v', 1);
    expect(dropping.droppedTotal).toBe(1);
    expect(dropping.dropped).toEqual(new Map([['null-key-or-value', 1]]));
    await lines.pipeKeyValue('k', 'a', 1);
    expect(driver.droppedTotal).toBe(0);
    await dropping.close();
    await driver.close();
  });

  it('rejects with what user code threw, and from then on', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .mapValues((value) => {
        if (value === 'bad') throw new Error('cannot take it');
        return value;
      })
      .to('out', text);
    const driver = driving(builder.build());
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await input.pipeKeyValue('k', 'good', 1);
    await expect(input.pipeKeyValue('k', 'bad', 2)).rejects.toMatchObject({
      code: 'OUZEL_PROCESSING',
      message: expect.stringContaining('cannot take it'),
    });
    await expect(input.pipeKeyValue('k', 'good', 3)).rejects.toMatchObject({ code: 'OUZEL_PROCESSING' });
    await driver.close();
  });

  it('refuses a topic that the topology does not read, and goes on', async () => {
    const driver = driving(wordCount());
    await expect(driver.createInputTopic('limes', serdes.string, serdes.string).pipe('a')).rejects.toMatchObject({
      code: 'OUZEL_TOPIC_MISSING',
    });
    await driver.createInputTopic('lines', serdes.string, serdes.string).pipe('a', 1);
    expect(driver.createOutputTopic('counts', serdes.string, serdes.long).size).toBe(1);
    await driver.close();
  });

  it('may be closed twice, and takes nothing after that', async () => {
    const driver = driving(wordCount());
    const lines = driver.createInputTopic('lines', serdes.string, serdes.string);
    await lines.pipe('a', 1);
    await driver.close();
    await driver.close();
    const closed = { code: 'OUZEL_STATE_TRANSITION' };
    await expect(lines.pipe('a', 2)).rejects.toMatchObject(closed);
    await expect(driver.advanceWallClock(1)).rejects.toMatchObject(closed);
    await expect(driver.keyValueStore('counts')).rejects.toMatchObject(closed);
  });

  it('gives topics that match a pattern their own name', async () => {
    const builder = new StreamsBuilder();
    builder.stream(/in-\d+/, text).to((_value, _key, _record, at) => `out-${at!.topic}`, text);
    const driver = driving(builder.build());
    await driver.createInputTopic('in-7', serdes.string, serdes.string).pipeKeyValue('k', 'v', 1);
    expect(driver.createOutputTopic('out-in-7', serdes.string, serdes.string).readValue()).toBe('v');
    await expect(driver.createInputTopic('in-x', serdes.string, serdes.string).pipe('v', 1)).rejects.toMatchObject({
      code: 'OUZEL_TOPIC_MISSING',
    });
    await driver.close();
  });

  it('reports faults of the configuration when it is made', () => {
    expect(() => new TopologyTestDriver(wordCount(), { ...({ cacheMaxBites: 1 } as object) })).toThrow('cacheMaxBites');
  });
});

describe('user code that answers promises', () => {
  type Mapper = (value: string) => Promise<string>;

  function mapping(mapper: Mapper, options: Record<string, unknown> = {}): TopologyTestDriver {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .asyncMapValues((value) => mapper(value), options)
      .to('out', text);
    return driving(builder.build());
  }

  it('has answered when the pipe resolves, however often it was tried', async () => {
    let calls = 0;
    const driver = mapping(
      async (value) => {
        if (++calls < 3) throw new Error('not yet');
        return value + '!';
      },
      { retry: { attempts: 3, backoff: '1h' } },
    );
    await driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('k', 'a', 1);
    expect(driver.createOutputTopic('out', serdes.string, serdes.string).readTimeline()).toBe('k@1=a!');
    expect(calls).toBe(3);
    await driver.close();
  });

  it('meets its time limit when the clock is moved while it is at work', async () => {
    const driver = mapping(() => new Promise(() => {}), { timeout: '10s' });
    const piped = driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('k', 'a', 1);
    const failed = expect(piped).rejects.toMatchObject({ code: 'OUZEL_PROCESSING' });
    await new Promise((resolve) => setImmediate(resolve));
    await driver.advanceWallClock('10s').catch(() => {});
    await failed;
    await driver.close();
  });

  it('does not let calls that are not awaited get into each other', async () => {
    const driver = mapping((value) => new Promise((resolve) => setImmediate(() => resolve(value))));
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await Promise.all([input.pipeKeyValue('k', 'a', 1), input.pipeKeyValue('j', 'b', 2), input.pipeKeyValue('k', 'c', 3)]);
    expect(driver.createOutputTopic('out', serdes.string, serdes.string).readTimeline()).toBe('k@1=a j@2=b k@3=c');
    expect(driver.committed()).toMatchObject([{ topic: 'in', offset: 3 }]);
    await driver.close();
  });
});

describe('the wall clock', () => {
  class Ticking implements Processor<string, string, string, string> {
    init(context: ProcessorContext<string, string>): void {
      context.schedule('10s', 'wall-clock-time', (now) => context.forward(new StreamRecord('tick', 'tock', now)));
    }
    process(): void {}
  }

  function ticking(initialWallClock?: number): TopologyTestDriver {
    const topology = new Topology();
    topology.addSource('in', 'in', text).addProcessor<string, string, string, string>('ticking', () => new Ticking(), ['in']);
    topology.addSink<string, string>('out', 'out', { ...text, parents: ['ticking'] });
    return new TopologyTestDriver(topology, {}, initialWallClock === undefined ? {} : { initialWallClock });
  }

  it('moves only when it is told to, and calls what is due', async () => {
    const driver = ticking();
    const ticks = driver.createOutputTopic('out', serdes.string, serdes.string);
    await driver.createInputTopic('in', serdes.string, serdes.string).pipe('v', 1_000_000);
    await driver.advanceWallClock('9s');
    expect(ticks.size).toBe(0);
    await driver.advanceWallClock('1s');
    expect(ticks.readRecord()).toMatchObject({ key: 'tick', timestamp: 10_000 });
    await driver.close();
  });

  it('begins where the options say, once the topology is open', async () => {
    const driver = ticking(1_000);
    await driver.advanceWallClock('10s');
    expect(
      driver
        .createOutputTopic('out', serdes.string, serdes.string)
        .readRecords()
        .map(({ timestamp }) => timestamp),
    ).toEqual([11_000]);
    await driver.close();
  });
});

describe('input topics', () => {
  function passing(): TopologyTestDriver {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out', text);
    return driving(builder.build());
  }

  async function times(pipe: (driver: TopologyTestDriver) => Promise<void>): Promise<number[]> {
    const driver = passing();
    await pipe(driver);
    const read = driver.createOutputTopic('out', serdes.string, serdes.string).readRecords();
    await driver.close();
    return read.map(({ timestamp }) => timestamp);
  }

  it('take the wall clock where nothing is said', async () => {
    const found = await times(async (driver) => {
      const input = driver.createInputTopic('in', serdes.string, serdes.string);
      await input.pipe('a');
      await driver.advanceWallClock(5);
      await input.pipe('b');
    });
    expect(found).toEqual([0, 5]);
  });

  it('count their own time on from the start', async () => {
    const found = await times(async (driver) => {
      const input = driver.createInputTopic('in', serdes.string, serdes.string, { startTimestamp: 100, autoAdvance: '1s' });
      await input.pipe('a');
      await input.pipeKeyValue('k', 'b');
      await input.pipe('c', 7);
      input.advanceTime(50);
      await input.pipe('d');
    });
    expect(found).toEqual([100, 1_100, 7, 2_150]);
  });

  it('give the records of a list the times that are asked for', async () => {
    const found = await times(async (driver) => {
      const input = driver.createInputTopic('in', serdes.string, serdes.string, { startTimestamp: 1 });
      await input.pipeValues(['a', 'b'], { start: 10, advance: 5 });
      await input.pipeKeyValues([['k', 'c']]);
    });
    expect(found).toEqual([10, 15, 1]);
  });

  it('pipe records with headers, and null keys and values', async () => {
    const driver = passing();
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await input.pipeRecords([new StreamRecord(null, 'v', 1, Headers.of([['h', '1']])), new StreamRecord('k', null, 2)]);
    const [first, second] = driver.createOutputTopic('out', serdes.string, serdes.string).readRecords();
    expect([first!.key, first!.value, first!.headers.get('h')?.toString()]).toEqual([null, 'v', '1']);
    expect([second!.key, second!.value]).toEqual(['k', null]);
    await driver.close();
  });
});

describe('timelines', () => {
  it('go in and come out as they are written', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('spent', { key: serdes.string, value: serdes.double })
      .groupByKey()
      .windowedBy(tumbling('1m', { grace: '10s' }))
      .reduce((total, amount) => total + amount, { materialized: { store: 'minutes', key: serdes.string, value: serdes.double } })
      .toStream()
      .to('totals', { key: serdes.timeWindowed(serdes.string, '1m'), value: serdes.double });
    const driver = driving(builder.build());
    await driver.createInputTopic('spent', serdes.string, serdes.double).play('a@0=5 a@30s=7 a@71s=1 a@20s=9', { value: Number });
    const totals = driver.createOutputTopic('totals', serdes.timeWindowed(serdes.string, '1m'), serdes.double);
    expect(totals.readTimeline()).toBe('a@[0,1m)=5 a@[0,1m)=12 a@[1m,2m)=1');
    expect(driver.dropped).toEqual(new Map([['late', 1]]));
    await driver.close();
  });
});

describe('output topics', () => {
  async function written(): Promise<TopologyTestDriver> {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out', text);
    const driver = driving(builder.build());
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await input.pipeKeyValues([
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ]);
    return driver;
  }

  it('are read once, in order, each for itself', async () => {
    const driver = await written();
    const [one, other] = [0, 1].map(() => driver.createOutputTopic('out', serdes.string, serdes.string));
    expect(one!.readKeyValue()).toEqual(['a', '1']);
    expect([one!.size, other!.size]).toEqual([2, 3]);
    expect(one!.readValues()).toEqual(['2', '3']);
    expect(() => one!.readValue()).toThrow('no record left');
    await driver.close();
  });

  it('can be read as a table', async () => {
    const driver = await written();
    expect(driver.createOutputTopic('out', serdes.string, serdes.string).readMap()).toEqual(
      new Map([
        ['a', '3'],
        ['b', '2'],
      ]),
    );
    await driver.close();
  });
});
