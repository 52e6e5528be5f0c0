import { ok } from 'node:assert';
import { systemClock } from '@ouzel/core';
import { equal, matches, suite, test } from '@ouzel/core/conformance';
import type { Compression, KafkaDriver, Producer, TopicPartition } from '../client/index.js';
import { Deliveries, fetcherOf, producerOf, recordFor, takeValues } from './clients.js';
import { until, failure } from './waiting.js';
import type { World } from './world.js';

const hours = 3_600_000;
const compressions: readonly Compression[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const wrongTopics: readonly (readonly [
  fault: string,
  topic: string | undefined,
  partitions: number,
  config: Readonly<Record<string, string>>,
  kafkaCode: number,
])[] = [
  ['has a name of forbidden characters', 'a b', 1, {}, 17],
  ['has no partitions', undefined, 0, {}, 37],
  ['has a word that Kafka does not know as the value of a setting', undefined, 1, { 'cleanup.policy': 'nonsense' }, 40],
  ['has text where a number belongs', undefined, 1, { 'retention.ms': 'soon' }, 40],
];

const scene = async (world: World, config: Readonly<Record<string, string>> = {}) => {
  const driver = await world.driver();
  return { driver, place: { topic: await world.topic(driver, 1, config), partition: 0 }, deliveries: new Deliveries() };
};
const read = (driver: KafkaDriver, place: TopicPartition, count: number) => {
  const fetcher = fetcherOf(driver);
  fetcher.assign(place, 0);
  return takeValues(fetcher, count);
};
const outcomes = async (producer: Producer, deliveries: Deliveries, count: number) => {
  await producer.flush();
  await until(() => deliveries.outcomes.length === count);
  return deliveries.outcomes;
};

/** Records and topics that Kafka refuses, and the records that were sent around them. */
export const refusalTests = [
  ...suite<World>('a record that Kafka refuses', [
    test('because of its size fails alone, in a batch with others', async (world) => {
      const { driver, place, deliveries } = await scene(world, { 'max.message.bytes': '2000' });
      const producer = producerOf(driver, { lingerMs: 5 });
      for (const value of ['a', 'x'.repeat(3_000), 'b']) producer.send(recordFor(place, value, { delivery: deliveries }));
      equal(await outcomes(producer, deliveries, 3), [0, 'record', 1]);
      ok(deliveries.errors[0]!.help?.includes('`max.message.bytes`'), deliveries.errors[0]!.message);
      equal(await read(driver, place, 2), ['a', 'b']);
    }),

    test('because of its time fails alone, in a batch with others', async (world) => {
      const { driver, place, deliveries } = await scene(world);
      const producer = producerOf(driver, { lingerMs: 5 });
      for (const [value, ahead] of [
        ['a', 0],
        ['future', 2 * hours],
        ['b', 0],
      ] as const) {
        producer.send(recordFor(place, value, { timestamp: systemClock.now() + ahead, delivery: deliveries }));
      }
      equal([...(await outcomes(producer, deliveries, 3))].sort(), [0, 1, 'record']);
      equal(await read(driver, place, 2), ['a', 'b']);
    }),

    test('is reported in its place between the records before and behind it', async (world) => {
      const { driver, place, deliveries } = await scene(world);
      const producer = producerOf(driver, { maxRequestSize: 1_000, lingerMs: 5 });
      for (const value of ['a', 'x'.repeat(2_000), 'b']) producer.send(recordFor(place, value, { delivery: deliveries }));
      equal(await outcomes(producer, deliveries, 3), [0, 'record', 1]);
      ok(deliveries.errors[0]!.help?.includes('`producer.maxRequestSize`'), deliveries.errors[0]!.message);
    }),

    test('because its topic does not exist fails as missing', async (world) => {
      const { driver, deliveries } = await scene(world);
      const producer = producerOf(driver);
      producer.send(recordFor({ topic: world.name('absent'), partition: 0 }, 'v', { delivery: deliveries }));
      equal(await outcomes(producer, deliveries, 1), ['missing']);
      matches(deliveries.errors, [{ code: 'OUZEL_TOPIC_MISSING' }]);
    }),

    test('because its topic was deleted fails as missing, and is written when there is one again', async (world) => {
      const { driver, place, deliveries } = await scene(world);
      const producer = producerOf(driver);
      producer.send(recordFor(place, 'before'));
      await producer.flush();
      await driver.admin.deleteTopics([place.topic]);
      producer.send(recordFor(place, 'meanwhile', { delivery: deliveries }));
      equal(await outcomes(producer, deliveries, 1), ['missing']);
      matches(deliveries.errors, [{ code: 'OUZEL_TOPIC_MISSING' }]);
      await driver.admin.createTopics([{ topic: place.topic, partitions: 1, replicationFactor: -1, config: {} }]);
      producer.send(recordFor(place, 'again', { delivery: deliveries }));
      equal(await outcomes(producer, deliveries, 2), ['missing', 0]);
    }),
  ]),

  ...suite<World>('records', [
    test('are written though a batch of them is larger than the topic allows', async (world) => {
      const { driver, place, deliveries } = await scene(world, { 'max.message.bytes': '2000' });
      const producer = producerOf(driver, { lingerMs: 5 });
      const values = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(100, '.'));
      for (const value of values) producer.send(recordFor(place, value, { delivery: deliveries }));
      equal(
        await outcomes(producer, deliveries, 100),
        values.map((_, i) => i),
      );
      equal(await read(driver, place, 100), values);
    }),

    ...compressions.map((compression) =>
      test<World>(`may be compressed with ${compression}`, async (world) => {
        const { driver, place } = await scene(world);
        const producer = producerOf(driver, { compression, lingerMs: 5 });
        const values = Array.from({ length: 300 }, (_, i) => `value ${i}`);
        for (const value of values) producer.send(recordFor(place, value));
        await producer.flush();
        equal(await read(driver, place, 300), values);
      }),
    ),

    test('are copied when they are sent, and written when the producer closes', async (world) => {
      const { driver, place, deliveries } = await scene(world);
      const producer = producerOf(driver, { lingerMs: 600_000 });
      const value = Buffer.from('as sent');
      producer.send(recordFor(place, null, { value, delivery: deliveries }));
      value.fill(0);
      await producer.close(30_000);
      equal(deliveries.outcomes, [0]);
      equal(await read(driver, place, 1), ['as sent']);
    }),

    test('that are sent to a closed producer fail as closed', async (world) => {
      const { driver, place, deliveries } = await scene(world);
      const producer = producerOf(driver);
      await producer.close(1_000);
      producer.send(recordFor(place, 'late', { delivery: deliveries }));
      equal(await outcomes(producer, deliveries, 1), ['closed']);
    }),
  ]),

  ...suite<World>('a topic that Kafka refuses', [
    ...wrongTopics.map(([fault, topic, partitions, config, kafkaCode]) =>
      test<World>(fault, async (world) => {
        const { admin } = await world.driver();
        const creation = admin.createTopics([{ topic: topic ?? world.name('topic'), partitions, replicationFactor: -1, config }]);
        matches(await failure(creation), { kind: 'fatal', kafkaCode });
      }),
    ),
  ]),
];
