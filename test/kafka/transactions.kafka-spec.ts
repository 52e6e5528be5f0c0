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
    driver.createTransactionalProducer({ ...producing, transactionalId, transactionTimeoutMs: 60_000 });
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
    await writer.init();
    for (const [value, end] of [
      ['a', 'commit'],
      ['b', 'abort'],
      ['c', 'commit'],
      ['d', 'abort'],
    ] as const) {
      writer.begin();
      await write(writer, place, `${value}1`, `${value}2`);
      await writer[end]();
    }
    expect(await committed()).toEqual(['a1', 'a2', 'c1', 'c2']);
  });

  it('hold back what is sent between commit and the next begin', async () => {
    const writer = producer();
    await writer.init();
    writer.begin();
    writer.send(text(place, 'first'));
    const committing = writer.commit();
    writer.send(text(place, 'second'));
    await committing;
    expect(await committed()).toEqual(['first']);
    writer.begin();
    await writer.commit();
    expect(await committed()).toEqual(['first', 'second']);
  });

  it('may end without any record', async () => {
    const writer = producer();
    await writer.init();
    writer.begin();
    await writer.commit();
    writer.begin();
    await writer.abort();
    writer.begin();
    await write(writer, place, 'a');
    await writer.commit();
    expect(await committed()).toEqual(['a']);
  });

  it('are taken over by a second producer of the same id, and the first is fenced', async () => {
    const id = fresh('id');
    const first = producer(id);
    await first.init();
    first.begin();
    await write(first, place, 'of the first');
    const second = producer(id);
    await second.init();

    await expect(first.commit()).rejects.toMatchObject({ kind: 'fenced' });
    const deliveries = new Deliveries();
    first.send(text(place, 'late', deliveries));
    await first.close(1_000);
    expect(deliveries.outcomes).toEqual(['late: fenced']);

    second.begin();
    await write(second, place, 'of the second');
    await second.commit();
    expect(await committed()).toEqual(['of the second']);
  });

  it('can only be aborted after a record was refused, and go on after that', async () => {
    const writer = producer();
    await writer.init();
    writer.begin();
    const deliveries = new Deliveries();
    writer.send(text(place, 'good', deliveries));
    await writer.flush();
    writer.send({ ...text(place, 'from the future', deliveries), timestamp: Date.now() + 7_200_000 });
    await writer.flush();
    await expect(writer.commit()).rejects.toMatchObject({ kind: 'abortable' });
    await writer.abort();
    expect(deliveries.outcomes).toEqual(['good@0', 'from the future: record']);

    writer.begin();
    await write(writer, place, 'again');
    await writer.commit();
    expect(await committed()).toEqual(['again']);
  });

  it('drop what was not sent yet when they are aborted', async () => {
    const writer = producer();
    await writer.init();
    writer.begin();
    const deliveries = new Deliveries();
    writer.send(text(place, 'dropped', deliveries));
    await writer.abort();
    expect(deliveries.outcomes).toEqual(['dropped: abortable']);
    writer.begin();
    await write(writer, place, 'kept');
    await writer.commit();
    expect(await committed()).toEqual(['kept']);
  });

  it('carry offsets, which count only when they are committed', async () => {
    const group = fresh('group');
    const identity = { group, generation: -1, memberId: '', instanceId: undefined };
    const writer = producer();
    await writer.init();
    const offsets = () => driver.admin.committedOffsets(group, [place]);

    writer.begin();
    await writer.sendOffsets([{ ...place, offset: 5, metadata: 'm' }], identity);
    await writer.abort();
    expect(await offsets()).toEqual([{ ...place, offset: -1, metadata: '' }]);

    writer.begin();
    writer.send(text(place, 'a'));
    await writer.sendOffsets([{ ...place, offset: 7, metadata: 'm' }], identity);
    const pending = offsets();
    await writer.commit();
    expect(await pending).toEqual([{ ...place, offset: 7, metadata: 'm' }]);
  });

  it('do not take offsets of a member that the group does not know', async () => {
    const writer = producer();
    await writer.init();
    writer.begin();
    const stranger = { group: fresh('group'), generation: 3, memberId: 'nobody', instanceId: undefined };
    await expect(writer.sendOffsets([{ ...place, offset: 5, metadata: '' }], stranger)).rejects.toMatchObject({ kind: 'rejoin' });
    await expect(writer.commit()).rejects.toMatchObject({ kind: 'rejoin' });
    await writer.abort();
  });
});
