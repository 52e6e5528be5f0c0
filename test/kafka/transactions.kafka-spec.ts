import type { KafkaDriver, TopicPartition } from '@ouzel/kafka';
import { connectedDriver, eventually, fresh, sharedBrokers } from './real-kafka.js';
import { Deliveries, fetching, newTopic, producing, readUpTo, text, valuesOf, write } from './records.js';

describe('transactions on a real Kafka', () => {
  let driver: KafkaDriver;
  let place: TopicPartition;

  beforeAll(async () => {
    driver = await connectedDriver(sharedBrokers());
  });
  afterAll(() => driver.close());
  beforeEach(async () => {
    [place] = (await newTopic(driver, fresh('transactions'))) as [TopicPartition];
  });

  const producer = (transactionalId = fresh('id')) =>
    driver.createProducer({ ...producing, transactionalId, transactionTimeoutMs: 60_000 });
  const committed = async () => {
    const fetcher = driver.createFetcher(fetching);
    fetcher.assign(place, 0);
    // Kafka confirms the end of a transaction before its markers are in the partitions.
    const end = await eventually(async () => {
      const [stable, last] = await Promise.all(
        (['read_committed', 'read_uncommitted'] as const).map((isolation) => driver.admin.listOffsets([place], 'latest', isolation)),
      );
      return stable![0]!.offset === last![0]!.offset ? last![0]!.offset : undefined;
    });
    const records = await readUpTo(fetcher, end);
    await fetcher.close();
    return valuesOf(records);
  };

  it('show what is committed, in order, and nothing that is aborted', async () => {
    const writer = producer();
    await writer.initTransactions();
    for (const [value, end] of [
      ['a', 'commit'],
      ['b', 'abort'],
      ['c', 'commit'],
      ['d', 'abort'],
    ] as const) {
      writer.beginTransaction();
      await write(writer, place, `${value}1`, `${value}2`);
      await (end === 'commit' ? writer.commitTransaction() : writer.abortTransaction());
    }
    expect(await committed()).toEqual(['a1', 'a2', 'c1', 'c2']);
  });

  it('hold back what is sent between commit and the next begin', async () => {
    const writer = producer();
    await writer.initTransactions();
    writer.beginTransaction();
    writer.send(text(place, 'first'));
    const committing = writer.commitTransaction();
    writer.send(text(place, 'second'));
    await committing;
    expect(await committed()).toEqual(['first']);
    writer.beginTransaction();
    await writer.commitTransaction();
    expect(await committed()).toEqual(['first', 'second']);
  });

  it('may end without any record', async () => {
    const writer = producer();
    await writer.initTransactions();
    writer.beginTransaction();
    await writer.commitTransaction();
    writer.beginTransaction();
    await writer.abortTransaction();
    writer.beginTransaction();
    await write(writer, place, 'a');
    await writer.commitTransaction();
    expect(await committed()).toEqual(['a']);
  });

  it('are taken over by a second producer of the same id, and the first is fenced', async () => {
    const id = fresh('id');
    const first = producer(id);
    await first.initTransactions();
    first.beginTransaction();
    await write(first, place, 'of the first');
    const second = producer(id);
    await second.initTransactions();

    await expect(first.commitTransaction()).rejects.toMatchObject({ kind: 'fenced' });
    const deliveries = new Deliveries();
    first.send(text(place, 'late', deliveries));
    await first.close(1_000);
    expect(deliveries.outcomes).toEqual(['late: fenced']);

    second.beginTransaction();
    await write(second, place, 'of the second');
    await second.commitTransaction();
    expect(await committed()).toEqual(['of the second']);
  });

  it('can only be aborted after a record was refused, and go on after that', async () => {
    const writer = producer();
    await writer.initTransactions();
    writer.beginTransaction();
    const deliveries = new Deliveries();
    writer.send(text(place, 'good', deliveries));
    await writer.flush();
    writer.send({ ...text(place, 'from the future', deliveries), timestamp: Date.now() + 7_200_000 });
    await writer.flush();
    await expect(writer.commitTransaction()).rejects.toMatchObject({ kind: 'abortable' });
    await writer.abortTransaction();
    expect(deliveries.outcomes).toEqual(['good@0', 'from the future: record']);

    writer.beginTransaction();
    await write(writer, place, 'again');
    await writer.commitTransaction();
    expect(await committed()).toEqual(['again']);
  });

  it('drop what was not sent yet when they are aborted', async () => {
    const writer = producer();
    await writer.initTransactions();
    writer.beginTransaction();
    const deliveries = new Deliveries();
    writer.send(text(place, 'dropped', deliveries));
    await writer.abortTransaction();
    expect(deliveries.outcomes).toEqual(['dropped: abortable']);
    writer.beginTransaction();
    await write(writer, place, 'kept');
    await writer.commitTransaction();
    expect(await committed()).toEqual(['kept']);
  });

  it('carry offsets, which count only when they are committed', async () => {
    const group = fresh('group');
    const identity = { group, generation: -1, memberId: '', instanceId: undefined };
    const writer = producer();
    await writer.initTransactions();
    const offsets = () => driver.admin.committedOffsets(group, [place]);

    writer.beginTransaction();
    await writer.sendOffsets([{ ...place, offset: 5, metadata: 'm' }], identity);
    await writer.abortTransaction();
    expect(await offsets()).toEqual([{ ...place, offset: -1, metadata: '' }]);

    writer.beginTransaction();
    writer.send(text(place, 'a'));
    await writer.sendOffsets([{ ...place, offset: 7, metadata: 'm' }], identity);
    const pending = offsets();
    await writer.commitTransaction();
    expect(await pending).toEqual([{ ...place, offset: 7, metadata: 'm' }]);
  });

  it('do not take offsets of a member that the group does not know', async () => {
    const writer = producer();
    await writer.initTransactions();
    writer.beginTransaction();
    const stranger = { group: fresh('group'), generation: 3, memberId: 'nobody', instanceId: undefined };
    await expect(writer.sendOffsets([{ ...place, offset: 5, metadata: '' }], stranger)).rejects.toMatchObject({ kind: 'rejoin' });
    await expect(writer.commitTransaction()).rejects.toMatchObject({ kind: 'rejoin' });
    await writer.abortTransaction();
  });
});
