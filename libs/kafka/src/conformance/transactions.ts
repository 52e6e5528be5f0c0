import { equal, matches, suite, test } from '@ouzel/core/conformance';
import type { GroupIdentity, KafkaDriver, TopicPartition, TransactionalProducer } from '../client/index.js';
import { Deliveries, fetcherOf, producerOf, recordFor, takeUntil, takeValues, transactionalProducerOf, write } from './clients.js';
import { Sharing } from './sharing.js';
import { until, failure } from './waiting.js';
import type { World } from './world.js';

const nobody = (group: string): GroupIdentity => ({ group, generation: -1, memberId: '', instanceId: undefined });

const scene = async (world: World) => {
  const driver = await world.driver();
  return { driver, place: { topic: await world.topic(driver), partition: 0 }, id: world.name('transactional-id') };
};
const begun = async (driver: KafkaDriver, transactionalId: string): Promise<TransactionalProducer> => {
  const producer = transactionalProducerOf(driver, transactionalId);
  await producer.initTransactions();
  producer.beginTransaction();
  return producer;
};
const readerOf = (driver: KafkaDriver, place: TopicPartition, isolation: 'read_committed' | 'read_uncommitted') => {
  const fetcher = fetcherOf(driver, isolation);
  fetcher.assign(place, 0);
  return fetcher;
};

export const transactionTests = [
  ...suite<World>('a transaction', [
    test('is visible when it is committed, and never when it is aborted', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = await begun(driver, id);
      await write(producer, place, ['a', 'b']);
      await producer.commitTransaction();
      producer.beginTransaction();
      await write(producer, place, ['no']);
      await producer.abortTransaction();
      producer.beginTransaction();
      await write(producer, place, ['c']);
      await producer.commitTransaction();
      equal(await takeValues(readerOf(driver, place, 'read_committed'), 3), ['a', 'b', 'c']);
      equal(await takeValues(readerOf(driver, place, 'read_uncommitted'), 4), ['a', 'b', 'no', 'c']);
    }),

    test('holds back from readers what was written after it began', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = await begun(driver, id);
      await write(producer, place, ['first']);
      await write(producerOf(driver), place, ['plain']);
      const offsets = async (isolation: 'read_committed' | 'read_uncommitted') =>
        (await driver.admin.listOffsets([place], 'latest', isolation))[0]?.offset;
      equal(await offsets('read_committed'), 0);
      equal(await offsets('read_uncommitted'), 2);
      equal(await takeValues(readerOf(driver, place, 'read_uncommitted'), 2), ['first', 'plain']);
      const reader = readerOf(driver, place, 'read_committed');
      await reader.wait(300);
      equal(
        reader.take(10).flatMap(({ records }) => records),
        [],
      );
      await producer.commitTransaction();
      equal(await takeValues(reader, 2), ['first', 'plain']);
    }),

    test('has markers that readers move past', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = await begun(driver, id);
      await write(producer, place, ['a']);
      await producer.abortTransaction();
      const reader = readerOf(driver, place, 'read_committed');
      let next = 0;
      await until(async () => {
        await reader.wait(100);
        for (const fetched of reader.take(10)) next = fetched.nextOffset;
        return next === 2;
      });
    }),

    test('is written to several partitions and topics as a whole', async (world) => {
      const { driver, place, id } = await scene(world);
      const other = await world.topic(driver, 2);
      const places = [place, { topic: other, partition: 0 }, { topic: other, partition: 1 }];
      const producer = await begun(driver, id);
      for (const outcome of ['abort', 'commit'] as const) {
        for (const each of places) await write(producer, each, [outcome]);
        await (outcome === 'commit' ? producer.commitTransaction() : producer.abortTransaction());
        producer.beginTransaction();
      }
      await producer.abortTransaction();
      for (const each of places) equal(await takeValues(readerOf(driver, each, 'read_committed'), 1), ['commit']);
    }),

    test('can not begin before its producer is initialised, nor twice, nor end when none is open', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = transactionalProducerOf(driver, id);
      const misuse = { kind: 'fatal', code: 'OUZEL_STATE_TRANSITION' };
      const beginning = async () => producer.beginTransaction();
      matches(await failure(beginning()), misuse);
      matches(await failure(producer.commitTransaction()), misuse);
      matches(await failure(producer.abortTransaction()), misuse);
      await producer.initTransactions();
      matches(await failure(producer.commitTransaction()), misuse);
      matches(await failure(producer.sendOffsets([{ ...place, offset: 1, metadata: '' }], nobody(world.name('group')))), misuse);
      producer.beginTransaction();
      matches(await failure(beginning()), misuse);
      await write(producer, place, ['a']);
      await producer.commitTransaction();
      equal(await takeValues(readerOf(driver, place, 'read_committed'), 1), ['a']);
    }),

    test('is aborted when its producer is closed', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = await begun(driver, id);
      await write(producer, place, ['no']);
      await producer.close(10_000);
      await write(producerOf(driver), place, ['behind it']);
      equal(await takeValues(readerOf(driver, place, 'read_committed'), 1), ['behind it']);
    }),

    test('may be empty', async (world) => {
      const { driver, id } = await scene(world);
      const producer = await begun(driver, id);
      await producer.commitTransaction();
      producer.beginTransaction();
      await producer.abortTransaction();
    }),

    test('of an older producer with the same transactional id is aborted, and that producer is fenced', async (world) => {
      const { driver, place, id } = await scene(world);
      const former = await begun(driver, id);
      await write(former, place, ['zombie']);
      const latter = await begun(await world.driver('other'), id);
      await write(latter, place, ['heir']);
      await latter.commitTransaction();
      const deliveries = new Deliveries();
      former.send(recordFor(place, 'late', { delivery: deliveries }));
      await former.flush();
      equal(deliveries.outcomes, ['fenced']);
      matches(await failure(former.commitTransaction()), { kind: 'fenced' });
      matches(await failure((async () => former.beginTransaction())()), { kind: 'fenced' });
      matches(await failure(former.abortTransaction()), { kind: 'fenced' });
      const records = await takeUntil(readerOf(driver, place, 'read_committed'), (taken) => taken.length === 1);
      equal(String(records[0]?.value), 'heir');
    }),

    test('can not be committed when one of its records was refused', async (world) => {
      const { driver, place, id } = await scene(world);
      const topic = await world.topic(driver, 1, { 'max.message.bytes': '2000' });
      const producer = await begun(driver, id);
      await write(producer, place, ['lost with the rest']);
      producer.send(recordFor({ topic, partition: 0 }, 'x'.repeat(3_000)));
      matches(await failure(producer.commitTransaction()), { kind: 'abortable' });
      await producer.abortTransaction();
      producer.beginTransaction();
      await write(producer, place, ['again']);
      await producer.commitTransaction();
      equal(await takeValues(readerOf(driver, place, 'read_committed'), 1), ['again']);
    }),
  ]),

  ...suite<World>('offsets in a transaction', [
    test('are committed with the transaction', async (world) => {
      const { driver, place, id } = await scene(world);
      const group = world.name('group');
      const producer = await begun(driver, id);
      await producer.sendOffsets([{ ...place, offset: 4, metadata: 'm' }], nobody(group));
      await producer.commitTransaction();
      equal(await driver.admin.committedOffsets(group, [place]), [{ ...place, offset: 4, metadata: 'm' }]);
      producer.beginTransaction();
      await producer.sendOffsets([{ ...place, offset: 9, metadata: '' }], nobody(group));
      await producer.abortTransaction();
      matches(await driver.admin.committedOffsets(group, [place]), [{ offset: 4 }]);
    }),

    test('make a request for committed offsets wait until the transaction ends', async (world) => {
      const { driver, place, id } = await scene(world);
      const group = world.name('group');
      const producer = await begun(driver, id);
      await producer.sendOffsets([{ ...place, offset: 4, metadata: '' }], nobody(group));
      let answered = false;
      const asking = driver.admin.committedOffsets(group, [place]).finally(() => (answered = true));
      await driver.admin.topics([place.topic]);
      equal(answered, false);
      await producer.commitTransaction();
      matches(await asking, [{ offset: 4 }]);
    }),

    test('are refused when they are of a former generation', async (world) => {
      const { driver, place, id } = await scene(world);
      const group = world.name('group');
      const member = driver.createMember({
        group,
        instanceId: undefined,
        sessionTimeoutMs: 10_000,
        heartbeatIntervalMs: 200,
        rebalanceTimeoutMs: 30_000,
        protocol: 'ouzel',
      });
      const listener = new Sharing(place.topic, 1);
      member.start(listener);
      await until(() => listener.current !== undefined);
      const former = member.identity!;
      member.rejoin('another generation');
      await until(() => listener.assignments.length === 2);
      const producer = await begun(driver, id);
      const offsets = [{ ...place, offset: 4, metadata: '' }];
      matches(await failure(producer.sendOffsets(offsets, former)), { kind: 'rejoin', kafkaCode: 22 });
      await producer.abortTransaction();
      producer.beginTransaction();
      await producer.sendOffsets(offsets, member.identity!);
      await producer.commitTransaction();
      matches(await driver.admin.committedOffsets(group, [place]), [{ offset: 4 }]);
    }),
  ]),
];
