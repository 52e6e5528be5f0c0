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

/** Transactions that overlap, outlive their time, or are sent to while none is open. */
export function openTransactionsConformance(world: World): void {
  const scene = async () => {
    const driver = await world.driver();
    return { driver, place: { topic: await world.topic(driver), partition: 0 } };
  };
  const transactional = async (driver: KafkaDriver, transactionTimeoutMs = 60_000): Promise<Producer> => {
    const producer = producerOf(driver, { transactionalId: world.name('transactional-id'), transactionTimeoutMs });
    await producer.initTransactions();
    return producer;
  };
  const committed = (driver: KafkaDriver, place: TopicPartition, offset = 0) => {
    const fetcher = fetcherOf(driver, 'read_committed');
    fetcher.assign(place, offset);
    return fetcher;
  };

  describe('transactions', () => {
    it('of two producers in one partition are told apart, wherever a reader begins', async () => {
      const { driver, place } = await scene();
      const [one, two] = [await transactional(driver), await transactional(driver)];
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
      expect(await offsets(0, 3)).toEqual(['1 two: yes', '4 one: yes', '5 two: yes']);
      expect(await offsets(2, 2)).toEqual(['4 one: yes', '5 two: yes']);
      expect(await driver.admin.listOffsets([place], 'latest', 'read_committed')).toEqual([{ ...place, offset: 10 }]);
    });

    it('follow each other at once, each marker with an offset of its own', async () => {
      const { driver, place } = await scene();
      const producer = await transactional(driver);
      for (let i = 0; i < 10; i++) {
        producer.beginTransaction();
        producer.send(recordFor(place, `${i}`));
        await producer.commitTransaction();
      }
      const records = await takeUntil(committed(driver, place), (taken) => taken.length === 10);
      expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 10 }, (_, i) => 2 * i));
    });

    it('that take too long are aborted, and their producer fenced until it begins anew', async () => {
      const { driver, place } = await scene();
      const producer = await transactional(driver, 1_000);
      producer.beginTransaction();
      await write(producer, place, ['too late']);
      await until(async () => (await driver.admin.listOffsets([place], 'latest', 'read_committed'))[0]?.offset === 2);
      expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'fenced' });
      await producer.initTransactions();
      producer.beginTransaction();
      producer.send(recordFor(place, 'in time'));
      await producer.commitTransaction();
      expect(await takeValues(committed(driver, place), 1)).toEqual(['in time']);
    });

    it('begin with the records that were sent before them', async () => {
      const { driver, place } = await scene();
      const producer = await transactional(driver);
      const deliveries = new Deliveries();
      producer.send(recordFor(place, 'early', { delivery: deliveries }));
      await producer.flush();
      expect(deliveries.outcomes).toEqual([]);
      producer.beginTransaction();
      producer.send(recordFor(place, 'inside', { delivery: deliveries }));
      await producer.commitTransaction();
      expect(deliveries.outcomes).toEqual([0, 1]);
      expect(await takeValues(committed(driver, place), 2)).toEqual(['early', 'inside']);
    });

    it('do not get the records that are sent while they are being committed', async () => {
      const { driver, place } = await scene();
      const producer = await transactional(driver);
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
      expect(await takeValues(committed(driver, place), 2)).toEqual(['committed', 'last']);
    });

    it('with offsets of a stranger can only be aborted', async () => {
      const { driver, place } = await scene();
      const group = world.name('group');
      const offsets = [{ ...place, offset: 1, metadata: '' }];
      const stranger: GroupIdentity = { group, generation: 1, memberId: 'nobody', instanceId: undefined };
      const producer = await transactional(driver);
      producer.beginTransaction();
      expect(await failure(producer.sendOffsets(offsets, stranger))).toMatchObject({ kind: 'rejoin', kafkaCode: 22 });
      expect(await failure(producer.commitTransaction())).toMatchObject({ kind: 'rejoin' });
      await producer.abortTransaction();
      const listener = new Sharing(place.topic, 1);
      const timeouts = { sessionTimeoutMs: 30_000, heartbeatIntervalMs: 200, rebalanceTimeoutMs: 30_000 };
      const member = driver.createMember({ group, instanceId: undefined, protocol: 'ouzel', ...timeouts });
      member.start(listener);
      await until(() => listener.current !== undefined);
      producer.beginTransaction();
      expect(await failure(producer.sendOffsets(offsets, { ...member.identity!, memberId: 'nobody' }))).toMatchObject({
        kind: 'rejoin',
        kafkaCode: 25,
      });
      await producer.abortTransaction();
      expect(await driver.admin.committedOffsets(group, [place])).toMatchObject([{ offset: -1 }]);
    });
  });
}
