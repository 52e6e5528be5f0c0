import { ManualClock, partitionOf } from '@ouzel/core';
import type { ConsumerRecord, KafkaConnection } from '@ouzel/kafka';
import {
  createRecordProducer,
  DriverError,
  embedded,
  Headers,
  serdes,
  StreamsBuilder,
  topicSerdes,
  type EmbeddedKafka,
  type RecordProducer,
} from './index.js';

interface Payment {
  readonly amount: number;
}

const topics = { payment: { key: serdes.string, value: serdes.json<Payment>() }, note: { value: serdes.string } };

/** What a program without types may send. */
const noText: unknown = 1;

describe('a record producer', () => {
  let kafka: EmbeddedKafka;
  let producer: RecordProducer<typeof topics>;
  beforeEach(() => {
    kafka = embedded({ topics: [{ topic: 'payment', partitions: 4 }, 'note'] });
    producer = createRecordProducer(kafka, { topics });
  });
  afterEach(async () => {
    await producer.close();
    kafka.close();
  });

  /** All records of a topic, those of one partition in their order. */
  async function recordsOf(topic: string): Promise<readonly ConsumerRecord[]> {
    const driver = kafka.createDriver({ clientId: 'reader' });
    const { partitions } = (await driver.admin.topics([topic])).get(topic)!;
    const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
    const ends = await driver.admin.listOffsets(places, 'latest', 'read_uncommitted');
    const total = ends.reduce((sum, { offset }) => sum + offset, 0);
    const fetcher = driver.createFetcher({ isolation: 'read_uncommitted', maxWaitMs: 10, maxBytes: 1_000_000 });
    for (const place of places) fetcher.assign(place, 0);
    const found: ConsumerRecord[] = [];
    while (found.length < total) {
      await fetcher.wait(100);
      found.push(...fetcher.take(1_000).flatMap(({ records }) => records));
    }
    await driver.close();
    return found;
  }

  it("resolves with the place of a record, which is the one of Kafka's partitioner", async () => {
    const headers = Headers.of([['trace', 'x']]);
    const place = await producer.send('payment', { key: 'ann', value: { amount: 5 }, timestamp: 7, headers });
    expect(place).toEqual({ topic: 'payment', partition: partitionOf(Buffer.from('ann'), 4), offset: 0 });
    expect(await producer.send('payment', { key: 'ann', value: null })).toEqual({ ...place, offset: 1 });
    const [record, tombstone] = await recordsOf('payment');
    expect([record!.key?.toString(), record!.value?.toString(), record!.timestamp]).toEqual(['ann', '{"amount":5}', 7]);
    expect(record!.headers.get('trace')?.toString()).toBe('x');
    expect(tombstone!.value).toBeNull();
  });

  it('writes many records in their order, those without a key to the partitions in turn', async () => {
    const places = await producer.sendAll('note', [{ value: 'one' }, { value: 'two' }]);
    const more = producer.send('note', { value: 'three' });
    expect([...places, await more].map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect((await recordsOf('note')).map(({ value }) => value?.toString())).toEqual(['one', 'two', 'three']);
    const spread = await createRecordProducer({ kafka }).sendAll('payment', Array(4).fill({ value: 'x' }), { value: serdes.string });
    expect(spread.map(({ partition }) => partition)).toEqual([0, 1, 2, 3]);
  });

  it('writes the records that are sent before it is connected in the order of the calls', async () => {
    const offsets = await Promise.all([0, 1, 2, 3].map((i) => producer.send('note', { value: `${i}` })));
    expect(offsets.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
    expect((await recordsOf('note')).map(({ value }) => value?.toString())).toEqual(['0', '1', '2', '3']);
  });

  it('takes the serdes of the call, of the topic, of the sources, of the sinks, and the defaults, in this order', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('payment', { key: serdes.string, value: serdes.json<Payment>() })
      .map(({ amount }) => [1, amount])
      .to('note', { key: serdes.int, value: serdes.double });
    builder.stream(/event-.*/, { key: serdes.long, value: serdes.string }).forEach(() => {});
    const topology = builder.build();
    expect(topicSerdes(topology, 'payment').key).toBe(serdes.string);
    expect(topicSerdes(topology, 'note')).toEqual({ key: serdes.int, value: serdes.double });
    expect(topicSerdes(topology, 'event-x').key).toBe(serdes.long);
    expect(topicSerdes(topology, 'other')).toEqual({});
    expect(topicSerdes(topology, 'other', { defaultKeySerde: serdes.boolean })).toEqual({ key: serdes.boolean });

    const ofTopology = createRecordProducer({ kafka }, { topology, topics: { payment: { value: serdes.string } } });
    await ofTopology.send('payment', { key: null, value: 'declared' });
    await ofTopology.send('note', { key: 1, value: 1 });
    await ofTopology.send('note', { key: 'k', value: 'v' }, { key: serdes.string, value: serdes.string });
    expect((await recordsOf('payment'))[0]!.value?.toString()).toBe('declared');
    expect((await recordsOf('note')).map(({ key }) => key?.length)).toEqual([4, 1]);
    await ofTopology.close();
  });

  it('says what is wrong with a record, and goes on', async () => {
    const undeclared = createRecordProducer({ kafka, producer: { maxRequestSize: 1_000 } });
    await expect(undeclared.send('note', { value: 'x' })).rejects.toMatchObject({
      code: 'OUZEL_SERDE_MISSING',
      what: 'there is no serde for the value of a record',
      where: 'topic note',
    });
    const text = { value: serdes.string };
    await expect(undeclared.send('note', { value: noText as string }, text)).rejects.toMatchObject({ code: 'OUZEL_SERDE' });
    await expect(undeclared.send('nowhere', { value: 'x' }, text)).rejects.toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
    await expect(undeclared.send('note', { value: 'x'.repeat(2_000) }, { value: serdes.string })).rejects.toMatchObject({
      code: 'OUZEL_PRODUCTION',
      help: expect.stringContaining('producer.maxRequestSize') as string,
    });
    expect(await undeclared.send('note', { value: 'x' }, { value: serdes.string })).toMatchObject({ offset: 0 });
    kafka.createTopics([{ topic: 'nowhere' }]);
    expect(await undeclared.send('nowhere', { value: 'x' }, text)).toMatchObject({ topic: 'nowhere', offset: 0 });
    await undeclared.close();
  });

  it('writes none of many records where one can not be encoded', async () => {
    const records = [
      { key: 'a', value: { amount: 1 } },
      { key: noText as string, value: { amount: 1 } },
    ];
    await expect(producer.sendAll('payment', records)).rejects.toMatchObject({ code: 'OUZEL_SERDE' });
    expect(await recordsOf('payment')).toEqual([]);
  });

  it('writes at its close what was sent before, and refuses what is sent afterwards', async () => {
    const slow = createRecordProducer({ kafka, producer: { linger: '1h' } }, { topics });
    await slow.connect();
    const sent = slow.send('note', { value: 'last' });
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([slow.close(), slow.close()]);
    expect(await sent).toMatchObject({ offset: 0 });
    await expect(slow.send('note', { value: 'late' })).rejects.toMatchObject({
      code: 'OUZEL_STATE_TRANSITION',
      what: 'the producer is closed',
    });
  });

  describe('without Kafka', () => {
    let isReachable: boolean;
    let clock: ManualClock;
    /** A cluster that does not respond until `isReachable`. */
    const shaky: KafkaConnection = {
      createDriver: (options) => {
        const driver = kafka.createDriver(options);
        let tell: (failure: DriverError) => void = () => {};
        let refuse: (error: DriverError) => void = () => {};
        const failure = new DriverError('retriable', -1, { what: 'connection refused' });
        return Object.assign(Object.create(driver) as typeof driver, {
          onConnectivity: (listener: typeof tell) => void (tell = listener),
          connect: () => {
            if (isReachable) return driver.connect();
            tell(failure);
            return new Promise<void>((_, reject) => (refuse = reject));
          },
          close: () => {
            refuse(new DriverError('closed', -1, { what: 'closed' }));
            return driver.close();
          },
        });
      },
    };
    beforeEach(() => {
      isReachable = false;
      clock = new ManualClock(0);
      producer = createRecordProducer({ kafka: shaky, clock }, { topics });
    });

    it('gives up after the delivery timeout, says why, and tries again at the next call', async () => {
      const sent = producer.send('note', { value: 'x' }).catch((error: unknown) => error);
      clock.advance(120_000);
      expect(await sent).toMatchObject({
        code: 'OUZEL_DRIVER',
        what: 'Kafka could not be reached within 120 s: OUZEL_DRIVER: connection refused',
      });
      isReachable = true;
      expect(await producer.send('note', { value: 'x' })).toMatchObject({ offset: 0 });
    });

    it('can be closed', async () => {
      const sent = producer.send('note', { value: 'x' }).catch((error: unknown) => error);
      await producer.close();
      expect(await sent).toMatchObject({ code: 'OUZEL_STATE_TRANSITION' });
    });
  });

  it('refuses what does not fit the serdes of a topic, at compile time', () => {
    const compiled = () => [
      producer.send('payment', { key: 'a', value: { amount: 1 } }),
      producer.send('note', { value: 'x' }),
      producer.send('elsewhere', { key: 1, value: 2 }, { key: serdes.int, value: serdes.int }),
      producer.send('elsewhere', { key: 1, value: 2 }),
      // @ts-expect-error a key of another type
      producer.send('payment', { key: 1, value: { amount: 1 } }),
      // @ts-expect-error a value of another type
      producer.send('payment', { key: 'a', value: 'five' }),
      // @ts-expect-error a key where the topic has no serde for it
      producer.send('note', { key: 'a', value: 'x' }),
      // @ts-expect-error a value that the serde of the call does not take
      producer.send('elsewhere', { value: 'x' }, { value: serdes.double }),
    ];
    expect(compiled).toBeInstanceOf(Function);
  });
});
