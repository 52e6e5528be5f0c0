import type { GroupIdentity, KafkaDriver, Producer, TopicPartition } from '../client/index.js';
import {
  Deliveries,
  failure,
  fetcherOf,
  producerOf,
  recordFor,
  Sharing,
  takeUntil,
  takeValues,
  until,
  write,
  type World,
} from './world.conformance.js';

const nobody = (group: string): GroupIdentity => ({ group, generation: -1, memberId: '', instanceId: undefined });

export function transactionsConformance(world: World): void {
  const scene = async () => {
    const driver = await world.driver();
    return { driver, place: { topic: await world.topic(driver), partition: 0 }, id: world.name('transactional-id') };
  };
  const begun = async (driver: KafkaDriver, transactionalId: string): Promise<Producer> => {
    const producer = producerOf(driver, { transactionalId, transactionTimeoutMs: 60_000 });
    await producer.initTransactions();
    producer.beginTransaction();
    return producer;
  };
  const readerOf = (driver: KafkaDriver, place: TopicPartition, isolation: 'read_committed' | 'read_uncommitted') => {
    const fetcher = fetcherOf(driver, isolation);
    fetcher.assign(place, 0);
    return fetcher;
  };

  describe('a transaction', () => {
    it('is seen when it is committed, never when it is aborted', async () => {
      const { driver, place, id } = await scene();
      const producer = await begun(driver, id);
      await write(producer, place, ['a', 'b']);
      await producer.commitTransaction();
      producer.beginTransaction();
      await write(producer, place, ['no']);
      await producer.abortTransaction();
      producer.beginTransaction();
      await write(producer, place, ['c']);
      await producer.commitTransaction();
      expect(await takeValues(readerOf(driver, place, 'read_committed'), 3)).toEqual(['a', 'b', 'c']);
      expect(await takeValues(readerOf(driver, place, 'read_uncommitted'), 4)).toEqual(['a', 'b', 'no', 'c']);
    });

    it('holds back what was written behind its beginning', async () => {
      const { driver, place, id } = await scene();
      const producer = await begun(driver, id);
      await write(producer, place, ['first']);
      await write(producerOf(driver), place, ['plain']);
      const offsets = async (isolation: 'read_committed' | 'read_uncommitted') =>
        (await driver.admin.listOffsets([place], 'latest', isolation))[0]?.offset;
      expect(await offsets('read_committed')).toBe(0);
      expect(await offsets('read_uncommitted')).toBe(2);
      expect(await takeValues(readerOf(driver, place, 'read_uncommitted'), 2)).toEqual(['first', 'plain']);
      const reader = readerOf(driver, place, 'read_committed');
      await reader.wait(300);
      expect(reader.take(10).flatMap(({ records }) => records)).toEqual([]);
      await producer.commitTransaction();
      expect(await takeValues(reader, 2)).toEqual(['first', 'plain']);
    });

    it('moves readers past its markers', async () => {
      const { driver, place, id } = await scene();
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
    });

    it('may be empty', async () => {
      const { driver, id } = await scene();
      const producer = await begun(driver, id);
      await producer.commitTransaction();
      producer.beginTransaction();
      await producer.abortTransaction();
    });

    it('of a former producer is aborted, and the producer fenced', async () => {
      const { driver, place, id } = await scene();
      const former = await begun(driver, id);
      await write(former, place, ['zombie']);
      const latter = await begun(await world.driver('other'), id);
      await write(latter, place, ['heir']);
      await latter.commitTransaction();
      const deliveries = new Deliveries();
      former.send(recordFor(place, 'late', { delivery: deliveries }));
      await former.flush();
      expect(deliveries.outcomes).toEqual(['fenced']);
      expect(await failure(former.commitTransaction())).toMatchObject({ kind: 'fenced' });
      const records = await takeUntil(readerOf(driver, place, 'read_committed'), (taken) => taken.length === 1);
      expect(String(records[0]?.value)).toBe('heir');
    });

    it('can not be committed when a record of it was refused', async () => {
      const { driver, place, id } = await scene();
      const topic = await world.topic(driver, 1, { 'max.message.bytes': '2000' });
      const producer = await begun(driver, id);
      await write(producer, place, ['lost with the rest']);
      producer.send(recordFor({ topic, partition: 0 }, 'x'.repeat(3_000)));
      expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'abortable' });
      await producer.abortTransaction();
      producer.beginTransaction();
      await write(producer, place, ['again']);
      await producer.commitTransaction();
      expect(await takeValues(readerOf(driver, place, 'read_committed'), 1)).toEqual(['again']);
    });
  });

  describe('offsets in a transaction', () => {
    it('count when it is committed', async () => {
      const { driver, place, id } = await scene();
      const group = world.name('group');
      const producer = await begun(driver, id);
      await producer.sendOffsets([{ ...place, offset: 4, metadata: 'm' }], nobody(group));
      await producer.commitTransaction();
      expect(await driver.admin.committedOffsets(group, [place])).toEqual([{ ...place, offset: 4, metadata: 'm' }]);
      producer.beginTransaction();
      await producer.sendOffsets([{ ...place, offset: 9, metadata: '' }], nobody(group));
      await producer.abortTransaction();
      expect(await driver.admin.committedOffsets(group, [place])).toMatchObject([{ offset: 4 }]);
    });

    it('are waited for by who asks meanwhile', async () => {
      const { driver, place, id } = await scene();
      const group = world.name('group');
      const producer = await begun(driver, id);
      await producer.sendOffsets([{ ...place, offset: 4, metadata: '' }], nobody(group));
      let answered = false;
      const asking = driver.admin.committedOffsets(group, [place]).finally(() => (answered = true));
      await driver.admin.topics([place.topic]);
      expect(answered).toBe(false);
      await producer.commitTransaction();
      expect(await asking).toMatchObject([{ offset: 4 }]);
    });

    it('are refused from a former generation', async () => {
      const { driver, place, id } = await scene();
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
      expect(await failure(producer.sendOffsets(offsets, former))).toMatchObject({ kind: 'rejoin', kafkaCode: 22 });
      await producer.abortTransaction();
      producer.beginTransaction();
      await producer.sendOffsets(offsets, member.identity!);
      await producer.commitTransaction();
      expect(await driver.admin.committedOffsets(group, [place])).toMatchObject([{ offset: 4 }]);
    });
  });
}
