import { ok } from 'node:assert';
import { equal, matches, suite, test } from '@ouzel/core/conformance';
import type { GroupIdentity, KafkaDriver, TopicPartition, TransactionalProducer } from '../client/index.js';
import { Deliveries, fetcherOf, recordFor, takeUntil, takeValues, transactionalProducerOf, write } from './clients.js';
import { Sharing } from './sharing.js';
import { until, failure } from './waiting.js';
import type { World } from './world.js';

const scene = async (world: World) => {
  const driver = await world.driver();
  return { driver, place: { topic: await world.topic(driver), partition: 0 } };
};
const transactional = async (world: World, driver: KafkaDriver, transactionTimeoutMs = 60_000): Promise<TransactionalProducer> => {
  const producer = transactionalProducerOf(driver, world.name('transactional-id'), { transactionTimeoutMs });
  await producer.initTransactions();
  return producer;
};
const committed = (driver: KafkaDriver, place: TopicPartition, offset = 0) => {
  const fetcher = fetcherOf(driver, 'read_committed');
  fetcher.assign(place, offset);
  return fetcher;
};

/** Transactions that overlap or exceed their timeout, and records that are sent while no transaction is open. */
export const openTransactionTests = [
  ...suite<World>('transactions', [
    test('of two producers in one partition are kept apart, at whatever offset a reader begins', async (world) => {
      const { driver, place } = await scene(world);
      const [one, two] = [await transactional(world, driver), await transactional(world, driver)];
      one.beginTransaction();
      await write(one, place, ['one: no']);
      two.beginTransaction();
      await write(two, place, ['two: yes']);
      await write(one, place, ['one: no']);
      await one.abortTransaction();
      one.beginTransaction();
      await write(one, place, ['one: yes']);
      await write(two, place, ['two: yes']);
      await two.commitTransaction();
      two.beginTransaction();
      await write(two, place, ['two: no']);
      await one.commitTransaction();
      await two.abortTransaction();
      const offsets = async (from: number, count: number) =>
        (await takeUntil(committed(driver, place, from), (records) => records.length === count)).map(
          ({ offset, value }) => `${offset} ${String(value)}`,
        );
      equal(await offsets(0, 3), ['1 two: yes', '4 one: yes', '5 two: yes']);
      equal(await offsets(2, 2), ['4 one: yes', '5 two: yes']);
      equal(await driver.admin.listOffsets([place], 'latest', 'read_committed'), [{ ...place, offset: 10 }]);
    }),

    test('follow each other at once, each marker with an offset of its own', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver);
      for (let i = 0; i < 10; i++) {
        producer.beginTransaction();
        producer.send(recordFor(place, `${i}`));
        await producer.commitTransaction();
      }
      const records = await takeUntil(committed(driver, place), (taken) => taken.length === 10);
      equal(
        records.map(({ offset }) => offset),
        Array.from({ length: 10 }, (_, i) => 2 * i),
      );
    }),

    test('that exceed their timeout are aborted, can not be committed, and end when their producer is initialised again', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver, 1_000);
      producer.beginTransaction();
      await write(producer, place, ['too late']);
      await until(async () => (await driver.admin.listOffsets([place], 'latest', 'read_committed'))[0]?.offset === 2);
      const { kind } = await failure(producer.commitTransaction());
      // Transaction version 1 fences the producer, version 2 only refuses the end of the transaction.
      ok(kind === 'fenced' || kind === 'abortable', kind);
      await producer.initTransactions();
      producer.beginTransaction();
      producer.send(recordFor(place, 'in time'));
      await producer.commitTransaction();
      equal(await takeValues(committed(driver, place), 1), ['in time']);
    }),

    test('contain the records that were sent before they began', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver);
      const deliveries = new Deliveries();
      producer.send(recordFor(place, 'early', { delivery: deliveries }));
      await producer.flush();
      equal(deliveries.outcomes, []);
      producer.beginTransaction();
      producer.send(recordFor(place, 'inside', { delivery: deliveries }));
      await producer.commitTransaction();
      equal(deliveries.outcomes, [0, 1]);
      equal(await takeValues(committed(driver, place), 2), ['early', 'inside']);
    }),

    test('do not contain the records that are sent while they are being committed', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver);
      producer.beginTransaction();
      producer.send(recordFor(place, 'committed'));
      const committing = producer.commitTransaction();
      producer.send(recordFor(place, 'of the next'));
      await committing;
      producer.beginTransaction();
      await producer.abortTransaction();
      producer.beginTransaction();
      producer.send(recordFor(place, 'last'));
      await producer.commitTransaction();
      equal(await takeValues(committed(driver, place), 2), ['committed', 'last']);
    }),

    test('that are aborted take the records with them that were sent for the next one', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver);
      const deliveries = new Deliveries();
      producer.beginTransaction();
      await write(producer, place, ['no']);
      const committing = producer.commitTransaction();
      producer.send(recordFor(place, 'of the next', { delivery: deliveries }));
      await committing;
      producer.beginTransaction();
      producer.send(recordFor(place, 'of the next too', { delivery: deliveries }));
      await producer.abortTransaction();
      producer.beginTransaction();
      await write(producer, place, ['last']);
      await producer.commitTransaction();
      equal(deliveries.outcomes.length, 2);
      equal(await takeValues(committed(driver, place), 2), ['no', 'last']);
    }),

    test('drop the records that were not written when their producer is initialised again', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver);
      const deliveries = new Deliveries();
      producer.beginTransaction();
      await write(producer, place, ['no']);
      const committing = producer.commitTransaction();
      producer.send(recordFor(place, 'never', { delivery: deliveries }));
      await committing;
      await producer.initTransactions();
      equal(deliveries.outcomes, ['abortable']);
      producer.beginTransaction();
      producer.send(recordFor(place, 'yes'));
      await producer.commitTransaction();
      equal(await takeValues(committed(driver, place), 2), ['no', 'yes']);
    }),

    test('can only be aborted when a record of theirs has no topic', async (world) => {
      const { driver, place } = await scene(world);
      const producer = await transactional(world, driver);
      const deliveries = new Deliveries();
      producer.beginTransaction();
      await write(producer, place, ['lost with the rest']);
      producer.send(recordFor({ topic: world.name('absent'), partition: 0 }, 'v', { delivery: deliveries }));
      matches(await failure(producer.commitTransaction()), { kind: 'abortable' });
      equal(deliveries.outcomes, ['missing']);
      matches(deliveries.errors, [{ code: 'OUZEL_TOPIC_MISSING' }]);
      await producer.abortTransaction();
      producer.beginTransaction();
      await write(producer, place, ['again']);
      await producer.commitTransaction();
      equal(await takeValues(committed(driver, place), 1), ['again']);
    }),

    test('with offsets of a client that is not in the group can only be aborted', async (world) => {
      const { driver, place } = await scene(world);
      const group = world.name('group');
      const offsets = [{ ...place, offset: 1, metadata: '' }];
      const stranger: GroupIdentity = { group, generation: 1, memberId: 'nobody', instanceId: undefined };
      const producer = await transactional(world, driver);
      producer.beginTransaction();
      matches(await failure(producer.sendOffsets(offsets, stranger)), { kind: 'rejoin', kafkaCode: 22 });
      matches(await failure(producer.commitTransaction()), { kind: 'rejoin' });
      await producer.abortTransaction();
      const listener = new Sharing(place.topic, 1);
      const timeouts = { sessionTimeoutMs: 30_000, heartbeatIntervalMs: 200, rebalanceTimeoutMs: 30_000 };
      const member = driver.createMember({ group, instanceId: undefined, protocol: 'ouzel', ...timeouts });
      member.start(listener);
      await until(() => listener.current !== undefined);
      producer.beginTransaction();
      matches(await failure(producer.sendOffsets(offsets, { ...member.identity!, memberId: 'nobody' })), {
        kind: 'rejoin',
        kafkaCode: 25,
      });
      await producer.abortTransaction();
      matches(await driver.admin.committedOffsets(group, [place]), [{ offset: -1 }]);
    }),
  ]),
];
