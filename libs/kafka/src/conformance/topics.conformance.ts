import { failure, fetcherOf, producerOf, recordFor, takeError, takeValues, until, write, type World } from './world.conformance.js';

export function topicsConformance(world: World): void {
  describe('topics', () => {
    it('are created with partitions and configuration, and described', async () => {
      const { admin } = await world.driver();
      const topic = world.name('topic');
      await admin.createTopics([{ topic, partitions: 3, replicationFactor: -1, config: { 'cleanup.policy': 'compact' } }]);
      await until(async () => (await admin.topics([topic])).size === 1);
      expect(await admin.topics([topic, world.name('absent')])).toEqual(new Map([[topic, { topic, partitions: 3 }]]));
      expect((await admin.topicConfigs([topic])).get(topic)).toMatchObject({ 'cleanup.policy': 'compact', 'retention.ms': '604800000' });
    });

    it('stay as they are when they exist already', async () => {
      const driver = await world.driver();
      const topic = await world.topic(driver, 2);
      await driver.admin.createTopics([{ topic, partitions: 5, replicationFactor: -1, config: {} }]);
      expect((await driver.admin.topics([topic])).get(topic)?.partitions).toBe(2);
    });

    it('with an unknown configuration are refused', async () => {
      const { admin } = await world.driver();
      const refused = { topic: world.name('topic'), partitions: 1, replicationFactor: -1, config: { 'no.such.key': '1' } };
      expect(await failure(admin.createTopics([refused]))).toMatchObject({ kind: 'fatal', kafkaCode: 40 });
    });

    it('are gone after deletion, also for who reads them', async () => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      const fetcher = fetcherOf(driver);
      fetcher.assign({ topic, partition: 0 }, 0);
      await driver.admin.deleteTopics([topic]);
      await until(async () => (await driver.admin.topics([topic])).size === 0);
      expect(await takeError(fetcher)).toMatchObject({ kind: 'missing' });
    });

    it('begin empty when one of the name was deleted; those that do not exist may be deleted too', async () => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      await write(producerOf(driver), { topic, partition: 0 }, ['old', 'old']);
      await driver.admin.deleteTopics([topic, world.name('absent')]);
      await driver.admin.createTopics([{ topic, partitions: 1, replicationFactor: -1, config: {} }]);
      await write(producerOf(driver), { topic, partition: 0 }, ['new']);
      const fetcher = fetcherOf(driver);
      fetcher.assign({ topic, partition: 0 }, 0);
      expect(await takeValues(fetcher, 1)).toEqual(['new']);
    });

    it('tell who reads a topic that never was that it is missing', async () => {
      const driver = await world.driver();
      const fetcher = fetcherOf(driver);
      fetcher.assign({ topic: world.name('absent'), partition: 0 }, 0);
      expect(await takeError(fetcher)).toMatchObject({ kind: 'missing' });
    });
  });

  describe('offsets of a partition', () => {
    it('are found by place and by time', async () => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      const producer = producerOf(driver);
      await write(producer, place, ['a', 'b', 'c']);
      const { admin } = driver;
      const offset = async (query: Parameters<typeof admin.listOffsets>[1]) =>
        (await admin.listOffsets([place], query, 'read_committed'))[0]?.offset;
      expect(await offset('earliest')).toBe(0);
      expect(await offset('latest')).toBe(3);
      expect(await offset({ at: 0 })).toBe(0);
      expect(await offset({ at: 4_000_000_000_000 })).toBe(3);
    });

    it('are found by time though the times are not in order', async () => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      const producer = producerOf(driver, { lingerMs: 5 });
      const now = Date.now();
      for (const [value, after] of [
        ['a', 0],
        ['b', 20],
        ['c', 10],
        ['d', 30],
      ] as const)
        producer.send(recordFor(place, value, { timestamp: now + after }));
      await producer.flush();
      const offsets = await Promise.all(
        [-1, 5, 25, 31].map((after) => driver.admin.listOffsets([place], { at: now + after }, 'read_uncommitted')),
      );
      expect(offsets.map(([found]) => found?.offset)).toEqual([0, 1, 3, 4]);
    });

    it('of a topic that does not exist are missing', async () => {
      const { admin } = await world.driver();
      const absent = { topic: world.name('absent'), partition: 0 };
      expect(await failure(admin.listOffsets([absent], 'latest', 'read_uncommitted'))).toMatchObject({ kind: 'missing', kafkaCode: 3 });
    });

    it('begin where records were deleted; reading before that is out of range', async () => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      await write(producerOf(driver), place, ['a', 'b', 'c', 'd']);
      await driver.admin.deleteRecords([{ ...place, offset: 2 }]);
      expect(await driver.admin.listOffsets([place], 'earliest', 'read_uncommitted')).toEqual([{ ...place, offset: 2 }]);
      const fetcher = fetcherOf(driver);
      fetcher.assign(place, 0);
      expect(await takeError(fetcher)).toMatchObject({ kind: 'out-of-range' });
      fetcher.assign(place, 2);
      expect(await takeValues(fetcher, 2)).toEqual(['c', 'd']);
    });

    it('can not be deleted beyond the end', async () => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      expect(await failure(driver.admin.deleteRecords([{ ...place, offset: 9 }]))).toMatchObject({ kind: 'out-of-range' });
    });
  });
}
