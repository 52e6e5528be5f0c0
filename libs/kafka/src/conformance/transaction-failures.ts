import { ok } from 'node:assert';
import { equal, matches, suite, test } from '@ouzel/core/conformance';
import type { GroupIdentity, KafkaDriver, TopicPartition } from '../client/index.js';
import { fetcherOf, memberOf, recordFor, takeValues, transactionalProducerOf, write } from './clients.js';
import { Sharing } from './sharing.js';
import { failure, until } from './waiting.js';
import type { World } from './world.js';

const noMember = (group: string): GroupIdentity => ({ group, generation: -1, memberId: '', instanceId: undefined });

const scene = async (world: World) => {
  const driver = await world.driver();
  const place = { topic: await world.topic(driver), partition: 0 };
  return { driver, place, group: world.name('group'), id: world.name('transactional-id') };
};
const initialised = async (driver: KafkaDriver, id: string, transactionTimeoutMs = 60_000) => {
  const producer = transactionalProducerOf(driver, id, { transactionTimeoutMs });
  await producer.initTransactions();
  return producer;
};
const committedValues = (driver: KafkaDriver, place: TopicPartition, count: number) => {
  const fetcher = fetcherOf(driver, 'read_committed');
  fetcher.assign(place, 0);
  return takeValues(fetcher, count);
};

/** How a transactional producer goes on after its failures, and whose offsets it may commit. */
export const transactionFailureTests = [
  ...suite<World>('a transactional producer', [
    test('that was fenced goes on when it is initialised again, and fences the other', async (world) => {
      const { driver, place, id } = await scene(world);
      const first = await initialised(driver, id);
      first.beginTransaction();
      await write(first, place, ['no']);
      const second = await initialised(driver, id);
      matches(await failure(first.commitTransaction()), { kind: 'fenced' });
      await first.initTransactions();
      first.beginTransaction();
      await write(first, place, ['yes']);
      second.beginTransaction();
      second.send(recordFor(place, 'no'));
      matches(await failure(second.commitTransaction()), { kind: 'fenced' });
      await first.commitTransaction();
      equal(await committedValues(driver, place, 1), ['yes']);
    }),

    test('can not have a longer timeout than the brokers allow', async (world) => {
      const { driver, id } = await scene(world);
      const error = await failure(initialised(driver, id, 2 ** 31 - 1));
      matches(error, { kind: 'fatal', kafkaCode: 50 });
      ok(error.message.includes('INVALID_TRANSACTION_TIMEOUT'), error.message);
      ok(error.help?.includes('`transaction.max.timeout.ms`'), error.help);
    }),

    test('whose transaction exceeded its timeout goes on as the kind of the failure says', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = await initialised(driver, id, 1_000);
      producer.beginTransaction();
      await write(producer, place, ['no']);
      await until(async () => (await driver.admin.listOffsets([place], 'latest', 'read_committed'))[0]?.offset === 2);
      const { kind } = await failure(producer.commitTransaction());
      if (kind === 'abortable') await producer.abortTransaction();
      else await producer.initTransactions();
      producer.beginTransaction();
      producer.send(recordFor(place, 'yes'));
      await producer.commitTransaction();
      equal(await committedValues(driver, place, 1), ['yes']);
    }),

    test('goes on after several transactions that were aborted in a row', async (world) => {
      const { driver, place, id } = await scene(world);
      const producer = await initialised(driver, id);
      for (let i = 0; i < 5; i++) {
        producer.beginTransaction();
        producer.send(recordFor(place, `no ${i}`));
        await producer.abortTransaction();
      }
      producer.beginTransaction();
      producer.send(recordFor(place, 'yes'));
      await producer.commitTransaction();
      equal(await committedValues(driver, place, 1), ['yes']);
    }),
  ]),

  ...suite<World>('offsets in a transaction', [
    test('are taken from a static member, until another member has its instance id', async (world) => {
      const { driver, place, group, id } = await scene(world);
      const [former, latter] = [new Sharing(place.topic, 1), new Sharing(place.topic, 1)];
      const member = memberOf(driver, group, 'one');
      member.start(former);
      await until(() => former.current !== undefined);
      const identity = member.identity!;
      const producer = await initialised(driver, id);
      producer.beginTransaction();
      await producer.sendOffsets([{ ...place, offset: 4, metadata: '' }], identity);
      await producer.commitTransaction();
      matches(await driver.admin.committedOffsets(group, [place]), [{ offset: 4 }]);
      memberOf(driver, group, 'one').start(latter);
      await until(() => latter.current !== undefined);
      producer.beginTransaction();
      const late = [{ ...place, offset: 5, metadata: '' }];
      matches(await failure(producer.sendOffsets(late, identity)), { kind: 'fatal', kafkaCode: 82 });
      await producer.abortTransaction();
      matches(await driver.admin.committedOffsets(group, [place]), [{ offset: 4 }]);
    }),

    test('are committed beside those of a topic that is gone', async (world) => {
      const { driver, place, group, id } = await scene(world);
      const gone = { topic: await world.topic(driver), partition: 0 };
      await driver.admin.deleteTopics([gone.topic]);
      const producer = await initialised(driver, id);
      for (const offset of [3, 4]) {
        producer.beginTransaction();
        await producer.sendOffsets(
          [gone, place].map((each) => ({ ...each, offset, metadata: '' })),
          noMember(group),
        );
        await producer.commitTransaction();
      }
      matches(await driver.admin.committedOffsets(group, [place]), [{ offset: 4 }]);
    }),

    test('stay as they were when another producer takes over the transactional id', async (world) => {
      const { driver, place, group, id } = await scene(world);
      const producer = await initialised(driver, id);
      producer.beginTransaction();
      await producer.sendOffsets([{ ...place, offset: 4, metadata: '' }], noMember(group));
      await producer.commitTransaction();
      producer.beginTransaction();
      await producer.sendOffsets([{ ...place, offset: 9, metadata: '' }], noMember(group));
      const asked = driver.admin.committedOffsets(group, [place]);
      await initialised(driver, id);
      matches(await asked, [{ offset: 4 }]);
    }),
  ]),
];
