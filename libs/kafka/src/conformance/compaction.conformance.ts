import type { ConsumerRecord, KafkaDriver, TopicPartition } from '../client/index.js';
import { fetcherOf, producerOf, recordFor, until, type World } from './world.conformance.js';

/** Segments end by the time of their records, so that no test has to wait for one. */
const eager = { 'cleanup.policy': 'compact', 'segment.ms': '1000', 'min.cleanable.dirty.ratio': '0.01' };

export function compactionConformance(world: World): void {
  const all = async (driver: KafkaDriver, place: TopicPartition, end: number, from = 0) => {
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

  describe('a compacted topic', () => {
    it('keeps the last record of each key at its offset, spares the active segment, and is read across its gaps', async () => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver, 1, eager), partition: 0 };
      const producer = producerOf(driver);
      const put = async (key: string, value: string, timestamp: number) => {
        producer.send(recordFor(place, value, { key: Buffer.from(key), timestamp }));
        await producer.flush();
      };
      const old = Date.now() - 100_000;
      await put('a', 'a1', old);
      await put('b', 'b1', old + 1);
      await put('a', 'a2', old + 2);
      await put('a', 'a3', old + 50_000);
      await put('a', 'a4', old + 50_001);
      await until(async () => (await all(driver, place, 5)).length < 5);
      expect(await all(driver, place, 5)).toEqual(['1=b1', '2=a2', '3=a3', '4=a4']);
      expect(await driver.admin.listOffsets([place], 'earliest', 'read_uncommitted')).toEqual([{ ...place, offset: 0 }]);
    });

    it('moves a reader past batches of which nothing is left', async () => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver, 1, eager), partition: 0 };
      const old = Date.now() - 100_000;
      const put = async (values: readonly string[], timestamp: number) => {
        const producer = producerOf(driver, { lingerMs: 5 });
        for (const value of values) producer.send(recordFor(place, value, { key: Buffer.from('a'), timestamp }));
        await producer.flush();
      };
      await put(['1', '2', '3'], old);
      await put(['4'], old);
      await put(['5'], old + 50_000);
      await until(async () => (await all(driver, place, 5)).length < 5);
      expect(await all(driver, place, 5, 1)).toEqual(['3=4', '4=5']);
    });
  });
}
