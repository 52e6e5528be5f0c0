import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Headers, KafkaStreams, serdes, silentLogger, StreamsBuilder, type KeyValueStoreView, type Topology } from '@ouzel/streams';
import type { KafkaDriver, Producer } from '@ouzel/kafka';
import { connectedDriver, eventually, fresh, sharedBrokers } from './real-kafka.js';
import { producing } from './records.js';

const brokers = sharedBrokers();
const text = { key: serdes.string, value: serdes.string };

/** Topics change, and versions of the topology differ, while clients run. */
describe('the inputs of an application on a real Kafka', () => {
  let driver: KafkaDriver & AsyncDisposable;
  let producer: Producer;
  let folder: string;
  let name: string;
  let seen: string[];
  const running: KafkaStreams[] = [];

  beforeEach(async () => {
    driver = await connectedDriver(brokers);
    producer = driver.createProducer(producing);
    folder = await mkdtemp(join(tmpdir(), 'ouzel-inputs-'));
    name = fresh('inputs');
    seen = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((streams) => streams.close()));
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const create = (topic: string, partitions: number) =>
    driver.admin.createTopics([{ topic: `${name}-${topic}`, partitions, replicationFactor: -1, config: {} }]);
  const send = async (topic: string, ...records: readonly (readonly [partition: number, value: string])[]) => {
    for (const [partition, value] of records)
      producer.send({
        topic: `${name}-${topic}`,
        partition,
        key: Buffer.from('k'),
        value: Buffer.from(value),
        timestamp: Date.now(),
        headers: Headers.empty,
      });
    await producer.flush();
  };
  const has = (...values: readonly string[]) =>
    eventually(() => ([...seen].sort().join() === [...values].sort().join() ? true : undefined));
  const passes = (topics: string | RegExp, builder = new StreamsBuilder()) => {
    builder.stream(topics, text).peek((value) => void seen.push(value));
    return builder;
  };
  const start = async (topology: Topology) => {
    const streams = new KafkaStreams(topology, {
      applicationId: name,
      kafka: { brokers },
      stateDirectory: join(folder, String(running.length)),
      metadataMaxAge: '1s',
      heartbeatInterval: 300,
      commitInterval: 100,
      logger: silentLogger,
    });
    running.push(streams);
    await streams.start();
    return streams;
  };
  const inputs = (streams: KafkaStreams) => streams.status().tasks.flatMap(({ partitions }) => partitions).length;
  const isRunning = (streams: KafkaStreams) => eventually(() => (streams.state === 'RUNNING' ? true : undefined));

  it('grow with the partitions of a topic', async () => {
    await create('meter', 2);
    await isRunning(await start(passes(`${name}-meter`).build()));
    await send('meter', [0, 'a'], [1, 'b']);
    await has('a', 'b');
    await driver.admin.addPartitions(`${name}-meter`, 4);
    await send('meter', [2, 'c'], [3, 'd']);
    await has('a', 'b', 'c', 'd');
  });

  it('come and go with the topics that a pattern matches', async () => {
    const streams = await start(passes(new RegExp(`${name}-meter-.`)).build());
    await eventually(() => (streams.status().patternsWithoutTopic.length === 1 ? true : undefined));
    await create('meter-1', 2);
    await create('meter-2', 2);
    await send('meter-1', [0, 'a']);
    await send('meter-2', [1, 'b']);
    await has('a', 'b');
    await driver.admin.deleteTopics([`${name}-meter-1`]);
    await eventually(() => (inputs(streams) === 2 ? true : undefined));
    await send('meter-2', [0, 'c'], [1, 'd']);
    await has('a', 'b', 'c', 'd');
    await isRunning(streams);
  });

  it('stop the client with an error that names the topic when one that is read by name is deleted', async () => {
    await create('meter', 1);
    const streams = await start(passes(`${name}-meter`).build());
    await isRunning(streams);
    await driver.admin.deleteTopics([`${name}-meter`]);
    await eventually(() => (streams.state === 'ERROR' ? true : undefined));
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
  });

  it('are shared by two versions of the topology, one of which needs topics that the leader does not', async () => {
    await create('order', 4);
    await create('rate', 2);
    const old = await start(passes(`${name}-order`).build());
    await isRunning(old);
    const builder = new StreamsBuilder();
    builder
      .stream(`${name}-order`, text)
      .peek((value) => void seen.push(value))
      .groupByKey()
      .count({ materialized: { store: 'orders' } });
    builder
      .stream(`${name}-rate`, text)
      .selectKey((value) => value)
      .groupByKey({ name: 'by-value', ...text })
      .count({ materialized: { store: 'rates' } });
    const newer = await start(builder.build());
    await eventually(() => (newer.state === 'RUNNING' && inputs(old) === 2 && inputs(newer) === 6 ? true : undefined));
    await send('order', [0, 'a'], [1, 'b'], [2, 'c'], [3, 'd']);
    await send('rate', [1, 'euro']);
    await has('a', 'b', 'c', 'd');
    const rates = newer.store('rates') as KeyValueStoreView<string, number>;
    await eventually(async () => ((await rates.get('euro')) === 1 ? true : undefined));
    await old.close();
    await eventually(() => (inputs(newer) === 8 ? true : undefined));
  });
});
