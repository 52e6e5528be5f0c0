import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaDriver, Producer } from '@ouzel/kafka';
import {
  embedded,
  Headers,
  KafkaStreams,
  serdes,
  silentLogger,
  StreamsBuilder,
  StoreNotAvailableError,
  type KeyValueStoreView,
  type Topology,
} from './index.js';

/** Asks until the answer is there. */
async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`this did not come about: ${ask.toString()}`);
}

describe('KafkaStreams on the embedded Kafka', () => {
  let folder: string;
  let kafka: ReturnType<typeof embedded>;
  let driver: KafkaDriver;
  let producer: Producer;
  const running: KafkaStreams[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-streams-'));
    kafka = embedded();
    driver = kafka.createDriver({ clientId: 'test' });
    await driver.connect();
    await driver.admin.createTopics(
      ['in', 'other-in', 'out'].map((topic) => ({ topic, partitions: 2, replicationFactor: -1, config: {} })),
    );
    producer = driver.createProducer({
      lingerMs: 0,
      batchSize: 16_384,
      maxRequestSize: 1_048_576,
      compression: 'none',
      deliveryTimeoutMs: 10_000,
    });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((streams) => streams.close({ timeout: '5s' })));
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (topology: Topology, config: Record<string, unknown> = {}, state = 'a') => {
    const streams = new KafkaStreams(topology, {
      applicationId: 'app',
      kafka,
      stateDirectory: join(folder, state),
      commitInterval: 20,
      heartbeatInterval: 100,
      sessionTimeout: 5_000,
      logger: silentLogger,
      ...config,
    });
    running.push(streams);
    await streams.start();
    return streams;
  };
  const isRunning = (streams: KafkaStreams) => eventually(() => (streams.state === 'RUNNING' ? true : undefined));
  const send = async (topic: string, ...records: readonly (readonly [key: string, value: string, partition?: number])[]) => {
    for (const [key, value, partition = 0] of records)
      producer.send({ topic, partition, key: Buffer.from(key), value: Buffer.from(value), timestamp: Date.now(), headers: Headers.empty });
    await producer.flush();
  };
  const outputs = async (count: number) => {
    const fetcher = driver.createFetcher({ isolation: 'read_uncommitted', maxWaitMs: 50, maxBytes: 1_048_576 });
    for (const partition of [0, 1]) fetcher.assign({ topic: 'out', partition }, 0);
    const found: string[] = [];
    for (const deadline = Date.now() + 15_000; found.length < count && Date.now() < deadline;) {
      for (const { records } of fetcher.take(1_000)) for (const { key, value } of records) found.push(`${String(key)}=${String(value)}`);
      await fetcher.wait(20);
    }
    await fetcher.close();
    return found;
  };
  const text = { key: serdes.string, value: serdes.string };
  const upper = (topics: string | RegExp = 'in') => {
    const builder = new StreamsBuilder();
    builder
      .stream(topics, text)
      .mapValues((value) => value.toUpperCase())
      .to('out', text);
    return builder.build();
  };
  const counts = () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts' } });
    return builder.build();
  };
  const countOf = async (streams: KafkaStreams, key: string) => {
    try {
      return await (streams.store('counts') as KeyValueStoreView<string, number>).get(key);
    } catch (thrown) {
      if (thrown instanceof StoreNotAvailableError) return undefined;
      throw thrown;
    }
  };

  it('processes records from topic to topic', async () => {
    await isRunning(await start(upper()));
    await send('in', ['a', 'x'], ['b', 'y', 1]);
    expect((await outputs(2)).sort()).toEqual(['a=X', 'b=Y']);
  });

  it('goes on from its committed offsets and its own state after a clean stop', async () => {
    const first = await start(counts());
    await isRunning(first);
    await send('in', ['a', '1'], ['a', '2']);
    await eventually(async () => ((await countOf(first, 'a')) === 2 ? true : undefined));
    await first.close();
    expect(first.state).toBe('NOT_RUNNING');
    const second = await start(counts());
    await isRunning(second);
    await send('in', ['a', '3']);
    await eventually(async () => ((await countOf(second, 'a')) === 3 ? true : undefined));
    expect(second.status().restore.total).toBe(0);
  });

  it('restores a store from its changelog where there is no local state', async () => {
    const first = await start(counts());
    await isRunning(first);
    await send('in', ['a', '1'], ['a', '2']);
    await eventually(async () => ((await countOf(first, 'a')) === 2 ? true : undefined));
    await first.close();
    const second = await start(counts(), {}, 'b');
    const restored: number[] = [];
    second.onRestore(({ kind, records }) => kind === 'end' && restored.push(records));
    await isRunning(second);
    expect(await countOf(second, 'a')).toBe(2);
  });

  it('shares tasks between two instances, tells who has a key, and takes over when one leaves', async () => {
    const first = await start(counts(), { applicationServer: 'one:1' });
    await isRunning(first);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { partitionOf } = await import('@ouzel/core');
    await send('in', ...keys.map((key) => [key, 'x', partitionOf(Buffer.from(key), 2)] as const));
    const second = await start(counts(), { applicationServer: 'two:2' }, 'b');
    await eventually(() =>
      first.status().tasks.length === 1 && second.status().tasks.length === 1 && second.state === 'RUNNING' ? true : undefined,
    );
    const asked = await Promise.allSettled(keys.map((key) => (first.store('counts') as KeyValueStoreView<string, number>).get(key)));
    const elsewhere = asked.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as StoreNotAvailableError] : []));
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.every(({ reason, owner }) => reason === 'elsewhere' && owner === 'two:2')).toBe(true);
    await second.close();
    for (const key of keys) await eventually(async () => ((await countOf(first, key)) === 1 ? true : undefined));
  });

  it('reads topics that match a pattern', async () => {
    await isRunning(await start(upper(/.*in/)));
    await send('in', ['a', 'x']);
    await send('other-in', ['b', 'y']);
    expect((await outputs(2)).sort()).toEqual(['a=X', 'b=Y']);
  });

  it('refuses to start with all topics named that are missing', async () => {
    const builder = new StreamsBuilder();
    builder.stream(['missing-1', 'in'], text).to('missing-2', text);
    await expect(start(builder.build())).rejects.toMatchObject({
      code: 'OUZEL_TOPIC_MISSING',
      message: expect.stringMatching(/missing-1[\s\S]*missing-2/),
    });
  });

  it('stops with the place of a record that user code fails on, and lets its input be read again', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .mapValues((value) => {
        if (value === 'bad') throw new Error('refused');
        return value;
      })
      .to('out', text);
    const streams = await start(builder.build());
    await isRunning(streams);
    await send('in', ['a', 'good'], ['a', 'bad']);
    await eventually(() => (streams.state === 'ERROR' ? true : undefined));
    expect(streams.status().failure?.message).toMatch(/in-0@1/);
    expect(await outputs(1)).toEqual(['a=good']);
  });

  it('lets a task begin again from its last commit where the uncaught handler says so', async () => {
    let failures = 0;
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .mapValues((value) => {
        if (value === 'bad' && failures++ === 0) throw new Error('once');
        return value;
      })
      .to('out', text);
    const streams = await start(builder.build(), { uncaughtHandler: () => 'replace' });
    await isRunning(streams);
    await send('in', ['a', 'bad']);
    expect(await outputs(1)).toEqual(['a=bad']);
    expect(failures).toBe(2);
    await isRunning(streams);
  });

  it('refuses settings whose work is not built yet, and all that are wrong, at once', () => {
    const make = (config: Record<string, unknown>) => () => new KafkaStreams(upper(), { applicationId: 'app', kafka, ...config });
    expect(make({ threads: 2 })).toThrow(/threads: 2 is not available yet/);
    expect(make({ processingGuarantee: 'exactly_once_v2', isolation: 'read_uncommitted' })).toThrow(
      /isolation: must be 'read_committed' with exactly_once_v2/,
    );
    expect(make({ commitInterval: 'soon', cacheMaxByte: 1 })).toThrow(
      /commitInterval: must be[\s\S]*cacheMaxByte: is not a setting[\s\S]*cacheMaxBytes/,
    );
  });

  it('refuses values of the connection that can not be meant', () => {
    const make = (values: Record<string, unknown>) => () =>
      new KafkaStreams(upper(), { applicationId: 'app', kafka: { brokers: ['host:9092'], ...values } });
    expect(make({ ssl: 1, sasl: { username: 'me' }, requestTimeout: 'soon', clientId: '', tls: true })).toThrow(
      /kafka\.ssl: must be[\s\S]*kafka\.sasl: must be an object with a mechanism[\s\S]*kafka\.requestTimeout[\s\S]*kafka\.clientId[\s\S]*kafka\.tls: is not a setting/,
    );
    expect(make({ ssl: { ca: 'text' }, sasl: { mechanism: 'plain', username: 'me', password: 'x' }, requestTimeout: '10s' })).not.toThrow();
  });

  it('names the folder that another client uses', async () => {
    await isRunning(await start(counts()));
    await expect(start(counts())).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });

  it('leaves the group while user code does not come back, and joins again when it does', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const builder = new StreamsBuilder();
    builder.stream('in', text).process(() => ({ process: () => held }));
    const streams = await start(builder.build(), { maxPollInterval: 100 });
    await isRunning(streams);
    await send('in', ['a', 'x']);
    await eventually(() => (streams.status().memberId === null ? true : undefined));
    release();
    await eventually(() => (streams.state === 'RUNNING' && streams.status().memberId !== null ? true : undefined));
  });

  it('fills global tables before it processes, keeps them up, and answers from them', async () => {
    await send('other-in', ['DE', 'Germany'], ['FR', 'France', 1]);
    const builder = new StreamsBuilder();
    const names = builder.globalTable('other-in', { ...text, materialized: { store: 'names' } });
    builder
      .stream('in', text)
      .join(names, (value, name) => `${value} ${name}`, { on: (value) => value })
      .to('out', text);
    const streams = await start(builder.build());
    await isRunning(streams);
    await send('in', ['a', 'DE'], ['b', 'FR']);
    expect(await outputs(2)).toEqual(['a=DE Germany', 'b=FR France']);
    await send('other-in', ['IT', 'Italy']);
    await eventually(async () =>
      (await (streams.store('names') as KeyValueStoreView<string, string>).get('IT')) === 'Italy' ? true : undefined,
    );
  });

  it('counts what tasks did also when they have ended', async () => {
    const first = await start(upper());
    await isRunning(first);
    await send('in', ['a', 'x']);
    await outputs(1);
    const processed = () =>
      first.metrics
        .collect()
        .find(({ name }) => name === 'ouzel_records_processed_total')!
        .samples.reduce((sum, { value }) => sum + value, 0);
    expect(processed()).toBe(1);
    await first.close();
    expect(processed()).toBe(1);
  });
});
