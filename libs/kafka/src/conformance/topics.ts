import { systemClock } from '@ouzel/core';
import { equal, matches, suite, test } from '@ouzel/core/conformance';
import { fetcherOf, producerOf, recordFor, takeValues, takeError, write } from './clients.js';
import { until, failure } from './waiting.js';
import type { World } from './world.js';

export const topicTests = [
  ...suite<World>('topics', [
    test('are created with partitions and configuration, and can be described', async (world) => {
      const { admin } = await world.driver();
      const topic = world.name('topic');
      await admin.createTopics([{ topic, partitions: 3, replicationFactor: -1, config: { 'cleanup.policy': 'compact' } }]);
      await until(async () => (await admin.topics([topic])).size === 1);
      equal(await admin.topics([topic, world.name('absent')]), new Map([[topic, { topic, partitions: 3 }]]));
      matches((await admin.topicConfigs([topic])).get(topic), { 'cleanup.policy': 'compact', 'retention.ms': '604800000' });
    }),

    test('are left as they are when they exist already', async (world) => {
      const driver = await world.driver();
      const topic = await world.topic(driver, 2);
      await driver.admin.createTopics([{ topic, partitions: 5, replicationFactor: -1, config: {} }]);
      equal((await driver.admin.topics([topic])).get(topic)?.partitions, 2);
    }),

    test('with an unknown configuration are refused', async (world) => {
      const { admin } = await world.driver();
      const refused = { topic: world.name('topic'), partitions: 1, replicationFactor: -1, config: { 'no.such.key': '1' } };
      matches(await failure(admin.createTopics([refused])), { kind: 'fatal', kafkaCode: 40 });
    }),

    test('can be given more partitions, which are written and read like the others', async (world) => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      const [fetcher, producer] = [fetcherOf(driver), producerOf(driver)];
      fetcher.assign({ topic, partition: 0 }, 0);
      await write(producer, { topic, partition: 0 }, ['before']);
      equal(await takeValues(fetcher, 1), ['before']);
      await driver.admin.addPartitions(topic, 3);
      equal((await driver.admin.topics([topic])).get(topic)?.partitions, 3);
      fetcher.assign({ topic, partition: 2 }, 0);
      await write(producer, { topic, partition: 2 }, ['behind']);
      await write(producer, { topic, partition: 0 }, ['beside']);
      equal((await takeValues(fetcher, 2)).sort(), ['behind', 'beside']);
      matches(await failure(driver.admin.addPartitions(topic, 3)), { kind: 'fatal', kafkaCode: 37 });
    }),

    test('are missing after deletion, also for a fetcher that reads them', async (world) => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      const fetcher = fetcherOf(driver);
      fetcher.assign({ topic, partition: 0 }, 0);
      await driver.admin.deleteTopics([topic]);
      await until(async () => (await driver.admin.topics([topic])).size === 0);
      matches(await takeError(fetcher), { kind: 'missing' });
    }),

    test('are missing for a fetcher that reads them, though they are created again at once', async (world) => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      const place = { topic, partition: 0 };
      await write(producerOf(driver), place, ['old']);
      const fetcher = fetcherOf(driver);
      fetcher.assign(place, 0);
      equal(await takeValues(fetcher, 1), ['old']);
      await driver.admin.deleteTopics([topic]);
      await driver.admin.createTopics([{ topic, partitions: 1, replicationFactor: -1, config: {} }]);
      await write(producerOf(driver), place, ['new', 'newer']);
      matches(await takeError(fetcher), { kind: 'missing' });
      fetcher.assign(place, 0);
      equal(await takeValues(fetcher, 2), ['new', 'newer']);
    }),

    test('are empty when they are created again after deletion; deleting one that does not exist is no error', async (world) => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      await write(producerOf(driver), { topic, partition: 0 }, ['old', 'old']);
      await driver.admin.deleteTopics([topic, world.name('absent')]);
      await driver.admin.createTopics([{ topic, partitions: 1, replicationFactor: -1, config: {} }]);
      await write(producerOf(driver), { topic, partition: 0 }, ['new']);
      const fetcher = fetcherOf(driver);
      fetcher.assign({ topic, partition: 0 }, 0);
      equal(await takeValues(fetcher, 1), ['new']);
    }),

    test('that never existed are reported as missing to a fetcher that reads them', async (world) => {
      const driver = await world.driver();
      const fetcher = fetcherOf(driver);
      fetcher.assign({ topic: world.name('absent'), partition: 0 }, 0);
      matches(await takeError(fetcher), { kind: 'missing' });
    }),
  ]),

  ...suite<World>('offsets of a partition', [
    test('are found by position and by time', async (world) => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      const producer = producerOf(driver);
      await write(producer, place, ['a', 'b', 'c']);
      const { admin } = driver;
      const offset = async (query: Parameters<typeof admin.listOffsets>[1]) =>
        (await admin.listOffsets([place], query, 'read_committed'))[0]?.offset;
      equal(await offset('earliest'), 0);
      equal(await offset('latest'), 3);
      equal(await offset({ at: 0 }), 0);
      equal(await offset({ at: 4_000_000_000_000 }), 3);
    }),

    test('are found by time though the times are not in order', async (world) => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      const producer = producerOf(driver, { lingerMs: 5 });
      const now = systemClock.now();
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
      equal(
        offsets.map(([found]) => found?.offset),
        [0, 1, 3, 4],
      );
    }),

    test('of a topic that does not exist are reported as missing', async (world) => {
      const { admin } = await world.driver();
      const absent = { topic: world.name('absent'), partition: 0 };
      matches(await failure(admin.listOffsets([absent], 'latest', 'read_uncommitted')), { kind: 'missing', kafkaCode: 3 });
    }),

    test('begin behind deleted records; reading before that is out of range', async (world) => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      await write(producerOf(driver), place, ['a', 'b', 'c', 'd']);
      await driver.admin.deleteRecords([{ ...place, offset: 2 }]);
      equal(await driver.admin.listOffsets([place], 'earliest', 'read_uncommitted'), [{ ...place, offset: 2 }]);
      const fetcher = fetcherOf(driver);
      fetcher.assign(place, 0);
      matches(await takeError(fetcher), { kind: 'out-of-range' });
      fetcher.assign(place, 2);
      equal(await takeValues(fetcher, 2), ['c', 'd']);
    }),

    test('can not be deleted beyond the end', async (world) => {
      const driver = await world.driver();
      const place = { topic: await world.topic(driver), partition: 0 };
      matches(await failure(driver.admin.deleteRecords([{ ...place, offset: 9 }])), { kind: 'out-of-range' });
    }),
  ]),
];
