import { systemClock } from '@ouzel/core';
import {
  DriverError,
  type ConsumerRecord,
  type KafkaConnection,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '@ouzel/kafka';
import { EmbeddedApp, eventually, gate, PausableClock, text, until } from '../../embedded-app.spec-support.js';
import { serdes, StreamsBuilder, type KafkaStreams, type StreamRecord, type Topology } from '../../index.js';

/** Counts each key through a repartition topic, and sends on every count. */
function counting(): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('in', text)
    .selectKey((value) => value)
    .groupByKey(text)
    .count({ materialized: { store: 'counts' } })
    .toStream()
    .to('out', { key: serdes.string, value: serdes.long });
  return builder.build();
}

type Step = 'beginTransaction' | 'sendOffsets' | 'commitTransaction';

describe('exactly once', () => {
  const app = EmbeddedApp.use('in', 'out');
  const exactlyOnce = { processingGuarantee: 'exactly_once_v2', sessionTimeout: 400, cacheMaxBytes: 0 };

  /** The embedded Kafka, whose transactional producers are changed. */
  const kafkaWith = (change: (producer: TransactionalProducer, crash: () => void) => void): KafkaConnection => ({
    createDriver(options) {
      const driver = app.kafka.createDriver(options);
      const createProducer = driver.createProducer.bind(driver);
      driver.createProducer = ((more: Parameters<typeof createProducer>[0]) => {
        const producer = createProducer(more);
        if ('initTransactions' in producer) change(producer as TransactionalProducer, () => driver.crash());
        return producer;
      }) as typeof driver.createProducer;
      return driver;
    },
  });

  /** All that a consumer of committed records finds, as soon as the last of each key is what it must be. */
  const committed = async (topic: string): Promise<ConsumerRecord[]> => {
    const found: ConsumerRecord[] = [];
    const fetcher = app.driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 20, maxBytes: 1_048_576 });
    fetcher.assign({ topic, partition: 0 }, 0);
    const [end] = await app.driver.admin.listOffsets([{ topic, partition: 0 }], 'latest', 'read_committed');
    for (let position = 0; position < end!.offset; await fetcher.wait(5))
      for (const { records, nextOffset } of fetcher.take(10_000)) {
        found.push(...records);
        position = nextOffset;
      }
    await fetcher.close();
    return found;
  };
  const counts = async () => (await committed('out')).map(({ key, value }) => `${String(key)}=${value!.readBigInt64BE()}`);
  const isDone = async (streams: KafkaStreams, key: string, count: number) =>
    (await app.valueOf<number>(streams, 'counts', key)) === count && (await counts()).includes(`${key}=${count}`);
  const values = (count: number) => Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 'a' : 'b'));
  const expected = (all: readonly string[]) => {
    const sums = new Map<string, number>();
    return all.map((key) => `${key}=${sums.set(key, (sums.get(key) ?? 0) + 1).get(key)}`).sort();
  };

  it('writes nothing twice, and shows nothing before its transaction is committed', async () => {
    const reached = gate();
    const held = gate();
    const kafka = kafkaWith((producer) => {
      const sendOffsets = producer.sendOffsets.bind(producer);
      producer.sendOffsets = async (...args) => {
        reached.open();
        await held.promise;
        await sendOffsets(...args);
      };
    });
    await app.sendValues('in', 'a', 'a');
    const streams = await app.started(counting(), { ...exactlyOnce, kafka });
    await reached.promise;
    expect([await committed('app-KSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition').catch(() => []), await committed('out')]).toEqual([
      [],
      [],
    ]);
    expect(await app.committed('in').catch(() => -1)).toBe(-1);
    held.open();
    await until(() => isDone(streams, 'a', 2));
    expect(await counts()).toEqual(['a=1', 'a=2']);
  });

  it.each<[Step, 'before' | 'after']>([
    ['beginTransaction', 'before'],
    ['beginTransaction', 'after'],
    ['sendOffsets', 'before'],
    ['sendOffsets', 'after'],
    ['commitTransaction', 'before'],
    ['commitTransaction', 'after'],
  ])(
    'counts right after a crash at %s, %s it',
    async (step, when) => {
      const all = values(30);
      let crashes = 0;
      for (let round = 1; round <= 4; round++) {
        const folder = { stateDirectory: app.stateFolder('state') };
        // Records that go through the repartition topic need a second commit.
        let left = 1 + (round % 2);
        const dead = gate();
        const kafka = kafkaWith((producer, crash) => {
          const original = (producer[step] as (...args: unknown[]) => unknown).bind(producer);
          const die = (): never => {
            crashes++;
            crash();
            dead.open();
            throw new DriverError('closed', -1, { what: 'the process is gone' });
          };
          const made = (...args: unknown[]): unknown => {
            if (--left > 0) return original(...args);
            if (when === 'before') return die();
            const done = original(...args);
            return done instanceof Promise ? done.then(die) : die();
          };
          Object.assign(producer, { [step]: made });
        });
        await app.sendValues('in', ...all);
        const streams = await app.start(counting(), { ...exactlyOnce, ...folder, kafka });
        await dead.promise;
        await streams.close({ timeout: '2s' });
        const next = await app.started(counting(), { ...exactlyOnce, ...folder });
        const sums = round * all.filter((key) => key === 'b').length;
        await until(() => isDone(next, 'b', sums));
        await next.close();
      }
      expect(crashes).toBe(4);
      expect((await counts()).sort()).toEqual(expected(Array.from({ length: 4 }, () => all).flat()));
    },
    60_000,
  );

  it.each<[DriverError['kind']]>([['abortable'], ['indefinite'], ['fenced'], ['retriable']])(
    'goes on from the last commit after a failure that is %s',
    async (kind) => {
      let commits = 0;
      const kafka = kafkaWith((producer) => {
        const commit = producer.commitTransaction.bind(producer);
        producer.commitTransaction = async () => {
          commits++;
          // Whether Kafka has committed is not known to the client.
          if (commits % 3 === 1) await commit();
          if (commits % 3 !== 0) throw new DriverError(kind, -1, { what: 'no response' });
          await commit();
        };
      });
      const streams = await app.started(counting(), {
        ...exactlyOnce,
        kafka: kind === 'indefinite' || kind === 'fenced' ? kafka : notCommitting(kind),
      });
      const all = values(60);
      for (let i = 0; i < all.length; i += 10) {
        await app.sendValues('in', ...all.slice(i, i + 10));
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      await until(() => isDone(streams, 'b', 40));
      expect((await counts()).sort()).toEqual(expected(all));
    },
    30_000,
  );

  /** Two of three transactions fail before they are committed. */
  const notCommitting = (kind: DriverError['kind']) => {
    let commits = 0;
    return kafkaWith((producer) => {
      const commit = producer.commitTransaction.bind(producer);
      producer.commitTransaction = async () => {
        if (++commits % 3 !== 0) throw new DriverError(kind, -1, { what: 'the coordinator has moved' });
        await commit();
      };
    });
  };

  it('goes on when another producer has taken its transactional id, and Kafka refuses its records', async () => {
    let taken = 0;
    const kafka: KafkaConnection = {
      createDriver(options) {
        const driver = app.kafka.createDriver(options);
        const createProducer = driver.createProducer.bind(driver);
        driver.createProducer = (more: TransactionalProducerOptions) => {
          const producer = createProducer(more);
          const commit = producer.commitTransaction.bind(producer);
          producer.commitTransaction = async () => {
            await commit();
            if (taken++ % 3 === 0) await app.createProducer(more.transactionalId).initTransactions();
          };
          return producer;
        };
        return driver;
      },
    };
    const streams = await app.started(counting(), { ...exactlyOnce, kafka });
    const all = values(60);
    for (let i = 0; i < all.length; i += 10) {
      await app.sendValues('in', ...all.slice(i, i + 10));
      const before = taken;
      await until(() => taken > before);
    }
    await until(() => isDone(streams, 'b', 40));
    expect(streams.state).toBe('RUNNING');
    expect((await counts()).sort()).toEqual(expected(all));
  });

  it('lets a task that failed begin again only when the commit of its former work has ended', async () => {
    const reached = gate();
    const held = gate();
    const kafka = kafkaWith((producer) => {
      const sendOffsets = producer.sendOffsets.bind(producer);
      producer.sendOffsets = async (...args) => {
        reached.open();
        await held.promise;
        await sendOffsets(...args);
      };
    });
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .peek((value) => {
        const isFirst = !seen.includes(value);
        seen.push(value);
        if (value === 'bad' && isFirst) throw new Error('the first time');
      })
      .to('out', text);
    // A task that failed begins again without a pause.
    const clock: PausableClock = Object.assign(new PausableClock(), { sleep: () => clock.turn() });
    await app.sendValues('in', 'a', 'b');
    await app.started(builder.build(), { ...exactlyOnce, kafka, clock, uncaughtHandler: 'replace' });
    await reached.promise;
    await app.sendValues('in', 'bad');
    await until(() => seen.includes('bad'));
    for (let turns = 0; turns < 500 && seen.length < 4; turns++) await systemClock.turn();
    held.open();
    await until(async () => (await committed('out')).some(({ value }) => String(value) === 'bad'));
    expect((await committed('out')).map(({ value }) => String(value))).toEqual(['a', 'b', 'bad']);
  });

  it('commits nothing of a task any more that was given up because its last commit did not come in time', async () => {
    await app.createTopics({ topic: 'two', partitions: 2 });
    const lost = gate();
    const held = gate();
    const kafka = kafkaWith((producer) => {
      const init = producer.initTransactions.bind(producer);
      const commit = producer.commitTransaction.bind(producer);
      let isLost = false;
      producer.commitTransaction = async () => {
        if (isLost) return commit();
        isLost = true;
        lost.open();
        throw new DriverError('indefinite', -1, { what: 'no response' });
      };
      producer.initTransactions = async () => {
        if (isLost) await held.promise;
        await init();
      };
    });
    const topology = (seen: string[]) => {
      const builder = new StreamsBuilder();
      builder
        .stream('two', text)
        .peek((value) => void seen.push(value))
        .to('out', text);
      return builder.build();
    };
    const [first, second]: [string[], string[]] = [[], []];
    const one = await app.started(topology(first), { ...exactlyOnce, kafka, maxPollInterval: 300, transactionTimeout: 300 });
    await app.send('two', { value: 'a' }, { value: 'b', partition: 1 });
    await lost.promise;
    await app.send('two', { value: 'c' }, { value: 'd', partition: 1 });
    await until(() => first.length === 4);
    const two = await app.start(topology(second), { ...exactlyOnce, stateDirectory: app.stateFolder('two') });
    await until(() => second.length === 2);
    held.open();
    await until(async () => (await committed('out')).length >= 4);
    await app.send('two', { value: 'e' }, { value: 'f', partition: 1 });
    await until(async () => {
      const found = (await committed('out')).map(({ value }) => String(value));
      return found.includes('e') && found.includes('f');
    });
    expect((await committed('out')).map(({ value }) => String(value)).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect([one.state, two.state]).toEqual(['RUNNING', 'RUNNING']);
  });

  it('loses nothing where a transaction failed and its end fails too', async () => {
    await app.createTopics({ topic: 'two', partitions: 2 });
    const [lost, held, slow] = [gate(), gate(), gate()];
    let isOfFirst = false;
    const kafka = kafkaWith((producer) => {
      const commit = producer.commitTransaction.bind(producer);
      const init = producer.initTransactions.bind(producer);
      const sendOffsets = producer.sendOffsets.bind(producer);
      producer.sendOffsets = (offsets, identity) => {
        isOfFirst = offsets.some(({ partition, offset }) => partition === 0 && offset === 1);
        return sendOffsets(offsets, identity);
      };
      let isLost = false;
      producer.commitTransaction = async () => {
        if (isLost || !isOfFirst) return commit();
        isLost = true;
        lost.open();
        await held.promise;
        throw new DriverError('indefinite', -1, { what: 'no response' });
      };
      let inits = 0;
      producer.initTransactions = async () => {
        await init();
        if (++inits === 2) throw new DriverError('retriable', -1, { what: 'no response' });
      };
    });
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream('two', text)
      .process<string, string>(() => {
        let forward: (record: StreamRecord<string, string>) => void | Promise<void>;
        return {
          init: (context) => {
            forward = (record) => context.forward(record);
          },
          process: async (record) => {
            seen.push(record.value);
            await forward(record);
            if (record.value === 'slow') await slow.promise;
          },
        };
      })
      .to('out', text);
    const outputs = async () => (await committed('out')).map(({ value }) => String(value));
    const streams = await app.started(builder.build(), { ...exactlyOnce, kafka });
    await app.send('two', { value: 'a' });
    await lost.promise;
    await app.send('two', { value: 'slow' });
    await until(() => seen.includes('slow'));
    await app.send('two', { value: 'b', partition: 1 });
    held.open();
    await until(async () => (await outputs()).includes('b'));
    slow.open();
    await until(async () => (await outputs()).includes('slow'));
    expect((await outputs()).sort()).toEqual(['a', 'b', 'slow']);
    expect(streams.state).toBe('RUNNING');
  });

  it('lets the member join again when the group refuses the offsets, and counts nothing twice', async () => {
    let refused = 0;
    const kafka = kafkaWith((producer) => {
      const sendOffsets = producer.sendOffsets.bind(producer);
      producer.sendOffsets = (offsets, identity) =>
        sendOffsets(offsets, refused++ === 0 ? { ...identity, generation: identity.generation - 1 } : identity);
    });
    await app.sendValues('in', 'a', 'a', 'b');
    const streams = await app.started(counting(), { ...exactlyOnce, kafka });
    await until(() => isDone(streams, 'a', 2));
    await until(() => isDone(streams, 'b', 1));
    expect((await counts()).sort()).toEqual(['a=1', 'a=2', 'b=1']);
  });

  it('commits the other tasks while user code of one is at work, and nothing of that one', async () => {
    await app.createTopics({ topic: 'two', partitions: 2 }, { topic: 'two-out', partitions: 2 });
    const held = gate();
    const builder = new StreamsBuilder();
    builder
      .stream('two', text)
      .process<string, string>(() => {
        let forward: (record: StreamRecord<string, string>) => void | Promise<void>;
        return {
          init: (context) => {
            forward = (record) => context.forward(record);
          },
          process: async (record) => {
            await forward(record);
            if (record.value === 'slow') await held.promise;
          },
        };
      })
      .to('two-out', text);
    const streams = await app.started(builder.build(), exactlyOnce);
    await app.send('two', { value: 'quick', partition: 0 }, { value: 'slow', partition: 1 });
    const offsets = () =>
      app.driver.admin.committedOffsets('app', [
        { topic: 'two', partition: 0 },
        { topic: 'two', partition: 1 },
      ]);
    await until(async () => (await offsets())[0]!.offset === 1);
    expect((await offsets())[1]!.offset).toBe(-1);
    const ends = await app.driver.admin.listOffsets([{ topic: 'two-out', partition: 1 }], 'latest', 'read_uncommitted');
    expect(ends[0]!.offset).toBe(0);
    held.open();
    await until(async () => (await offsets())[1]!.offset === 1);
    expect(streams.state).toBe('RUNNING');
  });

  it('commits nothing of a task whose user code is at work while what a cache sent on is done, and records come', async () => {
    await app.createTopics({ topic: 'two', partitions: 2 });
    const [forwarded, held, below] = [gate(), gate(), gate()];
    const builder = new StreamsBuilder();
    builder
      .stream('two', text)
      .processValues<string>(() => {
        let forward: (record: StreamRecord<string, string>) => void | Promise<void>;
        return {
          init: (context) => {
            forward = (record) => context.forward(record);
          },
          process: async (record) => {
            if (record.value !== 'slow') return forward(record);
            await systemClock.turn();
            await forward(record);
            forwarded.open();
            await held.promise;
          },
        };
      })
      .groupByKey(text)
      .count({ materialized: { store: 'counts' } })
      .toStream()
      .mapValues(String)
      .asyncMapValues(
        async (value, key) => {
          if (key === 'slow') await below.promise;
          return value;
        },
        { concurrency: 1 },
      )
      .to('out', text);
    await app.started(builder.build(), { ...exactlyOnce, cacheMaxBytes: 1 });
    const outputs = async () => (await committed('out')).map(({ key }) => String(key));
    const committedOf = async (partition: number) =>
      (await app.driver.admin.committedOffsets('app', [{ topic: 'two', partition }]))[0]!.offset;
    await app.send('two', { key: 'slow', value: 'slow' });
    await forwarded.promise;
    await app.send('two', { key: 'next', value: 'next' }, { key: 'other', value: 'a', partition: 1 });
    await until(async () => (await committedOf(1)) === 1);
    below.open();
    await app.send('two', { key: 'other', value: 'b', partition: 1 });
    await until(async () => (await committedOf(1)) === 2);
    await app.send('two', { key: 'other', value: 'c', partition: 1 });
    await until(async () => (await committedOf(1)) === 3);
    expect(await outputs()).toEqual(['other', 'other', 'other']);
    expect(await committedOf(0)).toBeLessThan(1);
    held.open();
    await until(async () => (await committedOf(0)) === 2);
  });

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['the producer', { producer: { maxRequestSize: 10_000, linger: 0 } }, {}],
    ['Kafka', {}, { 'max.message.bytes': '10000' }],
  ])('leaves out a record that %s refuses where a handler lets it pass, and writes its dead letter', async (_, config, topicConfig) => {
    await app.driver.admin.createTopics([{ topic: 'small', partitions: 1, replicationFactor: -1, config: topicConfig }]);
    await app.createTopics('dead');
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .mapValues((value) => (value === 'large' ? 'x'.repeat(20_000) : value))
      .to('small', text);
    const handling = { productionHandler: 'continue', deadLetterTopic: 'dead' };
    const streams = await app.started(builder.build(), { ...exactlyOnce, ...handling, ...config });
    await app.sendValues('in', 'a', 'large', 'b');
    await until(async () => (await committed('small')).length === 2);
    expect((await committed('small')).map(({ value }) => String(value))).toEqual(['a', 'b']);
    expect((await committed('dead')).map(({ value }) => String(value))).toEqual(['large']);
    expect(streams.state).toBe('RUNNING');
  });

  it('stops by the error of a record that Kafka refuses where no handler lets it pass', async () => {
    await app.driver.admin.createTopics([
      { topic: 'small', partitions: 1, replicationFactor: -1, config: { 'max.message.bytes': '1000' } },
    ]);
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .mapValues(() => 'x'.repeat(2_000))
      .to('small', text);
    const streams = await app.started(builder.build(), exactlyOnce);
    await app.sendValues('in', 'large');
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure!.message).toMatch(/OUZEL_PRODUCTION.*small/);
  });

  it('writes nothing while it has nothing to do', async () => {
    let begun = 0;
    const kafka = kafkaWith((producer) => {
      const begin = producer.beginTransaction.bind(producer);
      producer.beginTransaction = () => {
        begun++;
        begin();
      };
    });
    await app.sendValues('in', 'a');
    const streams = await app.started(counting(), { ...exactlyOnce, kafka });
    await until(() => isDone(streams, 'a', 1));
    // The marker of the repartition topic moves its position once more.
    const settled = await eventually(async () => {
      const before = begun;
      await new Promise<void>((resolve) => setTimeout(resolve, 200));
      return begun === before ? begun : undefined;
    });
    expect(settled).toBeLessThan(8);
  });
});
