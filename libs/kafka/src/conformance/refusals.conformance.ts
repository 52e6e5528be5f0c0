import type { Compression, KafkaDriver, Producer, TopicPartition } from '../client/index.js';
import { Deliveries, failure, fetcherOf, producerOf, recordFor, takeValues, until, type World } from './world.conformance.js';

const hours = 3_600_000;

/** What is refused, and what becomes of the records around it. */
export function refusalsConformance(world: World): void {
  const scene = async (config: Readonly<Record<string, string>> = {}) => {
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

  describe('a record that Kafka refuses', () => {
    it('because it is too large fails alone, in a batch with others', async () => {
      const { driver, place, deliveries } = await scene({ 'max.message.bytes': '2000' });
      const producer = producerOf(driver, { lingerMs: 5 });
      for (const value of ['a', 'x'.repeat(3_000), 'b']) producer.send(recordFor(place, value, { delivery: deliveries }));
      expect(await outcomes(producer, deliveries, 3)).toEqual([0, 'record', 1]);
      expect(await read(driver, place, 2)).toEqual(['a', 'b']);
    });

    it('because of its time fails alone, in a batch with others', async () => {
      const { driver, place, deliveries } = await scene();
      const producer = producerOf(driver, { lingerMs: 5 });
      for (const [value, ahead] of [
        ['a', 0],
        ['future', 2 * hours],
        ['b', 0],
      ] as const) {
        producer.send(recordFor(place, value, { timestamp: Date.now() + ahead, delivery: deliveries }));
      }
      expect([...(await outcomes(producer, deliveries, 3))].sort()).toEqual([0, 1, 'record']);
      expect(await read(driver, place, 2)).toEqual(['a', 'b']);
    });

    it('is told of between those before and behind it', async () => {
      const { driver, place, deliveries } = await scene();
      const producer = producerOf(driver, { maxRequestSize: 1_000, lingerMs: 5 });
      for (const value of ['a', 'x'.repeat(2_000), 'b']) producer.send(recordFor(place, value, { delivery: deliveries }));
      expect(await outcomes(producer, deliveries, 3)).toEqual([0, 'record', 1]);
    });

    it('because its topic does not exist fails as missing', async () => {
      const { driver, deliveries } = await scene();
      const producer = producerOf(driver);
      producer.send(recordFor({ topic: world.name('absent'), partition: 0 }, 'v', { delivery: deliveries }));
      expect(await outcomes(producer, deliveries, 1)).toEqual(['missing']);
    });
  });

  describe('records', () => {
    it('are written though a batch of them is larger than the topic takes', async () => {
      const { driver, place, deliveries } = await scene({ 'max.message.bytes': '2000' });
      const producer = producerOf(driver, { lingerMs: 5 });
      const values = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(100, '.'));
      for (const value of values) producer.send(recordFor(place, value, { delivery: deliveries }));
      expect(await outcomes(producer, deliveries, 100)).toEqual(values.map((_, i) => i));
      expect(await read(driver, place, 100)).toEqual(values);
    });

    it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('may be compressed with %s', async (compression: Compression) => {
      const { driver, place } = await scene();
      const producer = producerOf(driver, { compression, lingerMs: 5 });
      const values = Array.from({ length: 300 }, (_, i) => `value ${i}`);
      for (const value of values) producer.send(recordFor(place, value));
      await producer.flush();
      expect(await read(driver, place, 300)).toEqual(values);
    });

    it('are copied when they are sent, and written when the producer closes', async () => {
      const { driver, place, deliveries } = await scene();
      const producer = producerOf(driver, { lingerMs: 600_000 });
      const value = Buffer.from('as sent');
      producer.send(recordFor(place, null, { value, delivery: deliveries }));
      value.fill(0);
      await producer.close(30_000);
      expect(deliveries.outcomes).toEqual([0]);
      expect(await read(driver, place, 1)).toEqual(['as sent']);
    });

    it('that are sent to a closed producer fail as closed', async () => {
      const { driver, place, deliveries } = await scene();
      const producer = producerOf(driver);
      await producer.close(1_000);
      producer.send(recordFor(place, 'late', { delivery: deliveries }));
      expect(await outcomes(producer, deliveries, 1)).toEqual(['closed']);
    });
  });

  describe('a topic that Kafka refuses', () => {
    const wrong: readonly (readonly [
      what: string,
      topic: string | undefined,
      partitions: number,
      config: Readonly<Record<string, string>>,
      code: number,
    ])[] = [
      ['has a name of forbidden characters', 'a b', 1, {}, 17],
      ['has no partitions', undefined, 0, {}, 37],
      ['has a word for a setting that Kafka does not know', undefined, 1, { 'cleanup.policy': 'nonsense' }, 40],
      ['has text where a number belongs', undefined, 1, { 'retention.ms': 'soon' }, 40],
    ];
    it.each(wrong)('%s', async (_, topic, partitions, config, code) => {
      const { admin } = await world.driver();
      const creation = admin.createTopics([{ topic: topic ?? world.name('topic'), partitions, replicationFactor: -1, config }]);
      expect(await failure(creation)).toMatchObject({ kind: 'fatal', kafkaCode: code });
    });
  });
}
