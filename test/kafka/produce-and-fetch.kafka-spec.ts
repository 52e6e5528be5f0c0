import { runKafkaTool } from '../../scripts/kafka-cluster.mjs';
import type { Compression, KafkaDriver, TopicPartition } from '@ouzel/kafka';
import { Headers } from '@ouzel/core';
import { connectedDriver, fresh, sharedBrokers } from './real-kafka.js';
import { Deliveries, fetching, newTopic, producing, readUpTo, text, valuesOf } from './records.js';

const consoleConsumer = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
const consoleProducer = 'org.apache.kafka.tools.ConsoleProducer';

describe('producing and fetching on a real Kafka', () => {
  let driver: KafkaDriver;

  beforeAll(async () => {
    driver = await connectedDriver(sharedBrokers());
  });
  afterAll(() => driver.close());

  const place = async (config: Readonly<Record<string, string>> = {}): Promise<TopicPartition> =>
    (await newTopic(driver, fresh('records'), 1, config))[0]!;
  const readAll = async (from: TopicPartition, offset: number) => {
    const fetcher = driver.createFetcher(fetching);
    fetcher.assign(from, 0);
    const records = await readUpTo(fetcher, offset);
    await fetcher.close();
    return records;
  };

  it.each<Compression>(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    "writes %s batches that Kafka's own consumer reads, headers and tombstones included",
    async (compression) => {
      const to = await place();
      const producer = driver.createProducer({ ...producing, compression });
      const headers = Headers.of([
        ['trace', 'ab'],
        ['trace', 'cd'],
        ['none', null],
      ]);
      producer.send({ ...text(to, 'grüße'), headers, timestamp: 1_700_000_000_123 });
      producer.send({ ...text(to, ''), value: null, timestamp: 1_700_000_000_000 });
      producer.send({ ...text(to, 'last'), key: null, timestamp: 1_700_000_000_456 });
      await producer.close(5_000);

      const printed = ['timestamp', 'key', 'value', 'headers', 'offset'].flatMap((what) => ['--formatter-property', `print.${what}=true`]);
      const where = ['--bootstrap-server', sharedBrokers()[0]!, '--topic', to.topic, '--from-beginning', '--max-messages', '3'];
      const { stdout } = await runKafkaTool(consoleConsumer, [...where, '--timeout-ms', '20000', ...printed]);
      expect(stdout.trim().split('\n')).toEqual([
        'CreateTime:1700000000123\tOffset:0\ttrace:ab,trace:cd,none:null\tkey\tgrüße',
        'CreateTime:1700000000000\tOffset:1\tNO_HEADERS\tkey\tnull',
        'CreateTime:1700000000456\tOffset:2\tNO_HEADERS\tnull\tlast',
      ]);
    },
    60_000,
  );

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
    "reads %s batches of Kafka's own producer",
    async (codec) => {
      const from = await place();
      const properties = ['parse.key=true', 'parse.headers=true', 'key.separator=|', 'headers.delimiter=;'];
      const args = ['--bootstrap-server', sharedBrokers()[0]!, '--topic', from.topic, '--compression-codec', codec];
      const input = Array.from({ length: 50 }, (_, i) => `a:${i},b:x;key${i}|value ${'y'.repeat(i)}\n`).join('');
      await runKafkaTool(consoleProducer, [...args, ...properties.flatMap((property) => ['--reader-property', property])], { input });

      const records = await readAll(from, 50);
      expect(records.map(({ offset, key, value, headers }) => [offset, String(key), String(value), headers.get('a')?.toString()])).toEqual(
        Array.from({ length: 50 }, (_, i) => [i, `key${i}`, `value ${'y'.repeat(i)}`, `${i}`]),
      );
    },
    60_000,
  );

  it('splits a batch that is too large for the topic, and reports a record that is too large alone', async () => {
    const to = await place({ 'max.message.bytes': '2000' });
    const producer = driver.createProducer({ ...producing, lingerMs: 50 });
    const deliveries = new Deliveries();
    const values = Array.from({ length: 20 }, (_, i) => (i === 7 ? 'l'.repeat(3_000) : `${i}`.padEnd(500, '.')));
    for (const value of values) producer.send(text(to, value, deliveries));
    await producer.flush();

    const accepted = values.filter((_, i) => i !== 7);
    expect(deliveries.errors).toMatchObject([{ kind: 'record', kafkaCode: 10 }]);
    expect(deliveries.outcomes).toHaveLength(20);
    expect(deliveries.outcomes[7]).toBe(`${values[7]}: record`);
    expect(valuesOf(await readAll(to, 19))).toEqual(accepted);
    await producer.close(1_000);
  });

  it('writes the rest of a batch when Kafka refuses one of its records', async () => {
    const to = await place();
    const producer = driver.createProducer({ ...producing, lingerMs: 50 });
    const deliveries = new Deliveries();
    for (const value of ['a', 'b', 'c', 'd']) {
      producer.send({ ...text(to, value, deliveries), timestamp: value === 'b' ? Date.now() + 7_200_000 : Date.now() });
    }
    await producer.flush();
    expect(deliveries.outcomes.toSorted()).toEqual(['a@0', 'b: record', 'c@1', 'd@2']);
    producer.send(text(to, 'e', deliveries));
    await producer.flush();
    expect(deliveries.outcomes.at(-1)).toBe('e@3');
    expect(valuesOf(await readAll(to, 4))).toEqual(['a', 'c', 'd', 'e']);
    await producer.close(1_000);
  });

  it('reports a record that is larger than a request, in the order of the records', async () => {
    const to = await place();
    const producer = driver.createProducer({ ...producing, maxRequestSize: 10_000 });
    const deliveries = new Deliveries();
    producer.send(text(to, 'before', deliveries));
    producer.send({ ...text(to, 'large', deliveries), key: Buffer.alloc(20_000) });
    producer.send(text(to, 'after', deliveries));
    await producer.flush();
    expect(deliveries.outcomes).toEqual(['before@0', 'large: record', 'after@1']);
    await producer.close(1_000);
  });

  it('seeks, pauses and resumes, and knows the end offset', async () => {
    const from = await place();
    const producer = driver.createProducer(producing);
    for (let i = 0; i < 100; i++) producer.send(text(from, `${i}`));
    await producer.flush();
    const fetcher = driver.createFetcher(fetching);
    expect(fetcher.endOffset(from)).toBeUndefined();

    fetcher.assign(from, 90);
    expect(valuesOf(await readUpTo(fetcher, 100))).toEqual(['90', '91', '92', '93', '94', '95', '96', '97', '98', '99']);
    expect(fetcher.endOffset(from)).toBe(100);

    fetcher.pause(from);
    fetcher.assign(from, 0);
    await fetcher.wait(300);
    expect(fetcher.take(10)).toEqual([]);
    fetcher.resume(from);
    expect(valuesOf(await readUpTo(fetcher, 100))).toHaveLength(100);

    producer.send(text(from, 'new'));
    expect(valuesOf(await readUpTo(fetcher, 101))).toEqual(['new']);
    await producer.close(1_000);
    await fetcher.close();
  });

  it('wakes up when it is woken, and at its time limit', async () => {
    const fetcher = driver.createFetcher(fetching);
    fetcher.assign(await place(), 0);
    await fetcher.wait(1);
    const waiting = fetcher.wait(60_000);
    fetcher.wake();
    await waiting;
    await fetcher.close();
  });

  it('reports once that an offset or a topic does not exist', async () => {
    const from = await place();
    const fetcher = driver.createFetcher(fetching);
    fetcher.assign(from, 5);
    fetcher.assign({ topic: fresh('absent'), partition: 0 }, 0);
    const errors: string[] = [];
    while (errors.length < 2) {
      await fetcher.wait(1_000);
      for (const { error } of fetcher.take(1)) errors.push(String(error?.kind));
    }
    expect(errors).toEqual(['out-of-range', 'missing']);
    await fetcher.wait(500);
    expect(fetcher.take(1)).toEqual([]);

    fetcher.assign(from, 0);
    const producer = driver.createProducer(producing);
    producer.send(text(from, 'a'));
    expect(valuesOf(await readUpTo(fetcher, 1))).toEqual(['a']);
    await producer.close(1_000);
    await fetcher.close();
  });
});
