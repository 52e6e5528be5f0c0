import { systemClock } from '@ouzel/core';
import { equal, suite, test } from '@ouzel/core/conformance';
import type { ConsumerRecord, KafkaDriver, TopicPartition } from '../client/index.js';
import { fetcherOf, producerOf, recordFor } from './clients.js';
import { until } from './waiting.js';
import type { World } from './world.js';

/** The time of the records ends a segment, so that no test has to wait for the clock. */
const eager = { 'cleanup.policy': 'compact', 'segment.ms': '1000', 'min.cleanable.dirty.ratio': '0.01' };

const readAll = async (driver: KafkaDriver, place: TopicPartition, end: number, from = 0) => {
  const fetcher = fetcherOf(driver);
  fetcher.assign(place, from);
  const records: ConsumerRecord[] = [];
  let next = from;
  await until(async () => {
    await fetcher.wait(100);
    for (const fetched of fetcher.take(100)) {
      records.push(...fetched.records);
      next = fetched.nextOffset;
    }
    return next === end;
  });
  await fetcher.close();
  return records.map(({ offset, value }) => `${offset}=${String(value)}`);
};

export const compactionTests = [
  ...suite<World>('a compacted topic', [
    test('keeps the last record of each key at its offset, spares the active segment, and is read across its gaps', async (world) => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver, 1, eager), partition: 0 };
      const producer = producerOf(driver);
      const put = async (key: string, value: string, timestamp: number) => {
        producer.send(recordFor(place, value, { key: Buffer.from(key), timestamp }));
        await producer.flush();
      };
      const old = systemClock.now() - 100_000;
      await put('a', 'a1', old);
      await put('b', 'b1', old + 1);
      await put('a', 'a2', old + 2);
      await put('a', 'a3', old + 50_000);
      await put('a', 'a4', old + 50_001);
      await until(async () => (await readAll(driver, place, 5)).length < 5);
      equal(await readAll(driver, place, 5), ['1=b1', '2=a2', '3=a3', '4=a4']);
      equal(await driver.admin.listOffsets([place], 'earliest', 'read_uncommitted'), [{ ...place, offset: 0 }]);
    }),

    test('moves a reader past batches that are empty', async (world) => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver, 1, eager), partition: 0 };
      const old = systemClock.now() - 100_000;
      const put = async (values: readonly string[], timestamp: number) => {
        const producer = producerOf(driver, { lingerMs: 5 });
        for (const value of values) producer.send(recordFor(place, value, { key: Buffer.from('a'), timestamp }));
        await producer.flush();
      };
      await put(['1', '2', '3'], old);
      await put(['4'], old);
      await put(['5'], old + 50_000);
      await until(async () => (await readAll(driver, place, 5)).length < 5);
      equal(await readAll(driver, place, 5, 1), ['3=4', '4=5']);
    }),
  ]),
];
