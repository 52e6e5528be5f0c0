import type { KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import type { DriverError, KafkaDriver, TopicPartition } from '@ouzel/kafka';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { connectedDriver, eventually, fresh, ownKafka } from './real-kafka.js';
import { Deliveries, fetching, newTopic, producing, readUpTo, text, valuesOf } from './records.js';
import { startSingleMember } from './single-member.js';

describe('when the broker fails', () => {
  let kafka: KafkaCluster;
  let driver: KafkaDriver;
  let heard: (DriverError | undefined)[];

  beforeAll(async () => {
    kafka = await ownKafka({ properties: { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' } });
  }, 90_000);
  afterAll(() => kafka.stop(), 30_000);
  beforeEach(async () => {
    driver = await connectedDriver(kafka.brokers.split(','), { requestTimeout: 2_000 });
    heard = [];
    driver.onConnectivity((failure) => heard.push(failure));
  });
  afterEach(() => driver.close());

  /** Writes and reads without a pause during the failure. Afterwards everything must have arrived once and in order. */
  const survives = async (treat: () => Promise<void>) => {
    const [place] = (await newTopic(driver, fresh('failures'))) as [TopicPartition];
    const producer = driver.createProducer(producing);
    const fetcher = driver.createFetcher(fetching);
    fetcher.assign(place, 0);
    const deliveries = new Deliveries();
    let sent = 0;
    let goesOn = true;
    const writing = (async () => {
      while (goesOn) {
        for (let i = 0; i < 50; i++) producer.send(text(place, `${sent++}`, deliveries));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await eventually(() => (deliveries.outcomes.length > 500 ? true : undefined));
    await treat();
    const before = deliveries.outcomes.length;
    await eventually(() => (deliveries.outcomes.length > before + 500 ? true : undefined));
    goesOn = false;
    await writing;
    await producer.flush();
    const expected = Array.from({ length: sent }, (_, i) => `${i}`);
    expect(deliveries.outcomes).toEqual(expected.map((value) => `${value}@${value}`));
    expect(valuesOf(await readUpTo(fetcher, sent))).toEqual(expected);
  };

  it('goes on by itself after a clean restart', async () => {
    await survives(() => kafka.restart());
  }, 60_000);

  it('goes on by itself after a crash, and warns while the cluster is away', async () => {
    await survives(async () => {
      await kafka.kill();
      await eventually(() => (heard.length > 0 ? true : undefined));
      await kafka.restart();
    });
    expect(heard).toEqual([expect.objectContaining({ kind: 'retriable' }), undefined]);
  }, 60_000);

  it('goes on by itself when the broker has not responded for longer than a request may take', async () => {
    await survives(async () => {
      kafka.pause();
      await eventually(() => (heard.length > 0 ? true : undefined), 60_000);
      kafka.resume();
    });
  }, 120_000);

  it('commits a transaction whose end was interrupted', async () => {
    const [place] = (await newTopic(driver, fresh('interrupted'))) as [TopicPartition];
    const producer = driver.createProducer({ ...producing, transactionalId: fresh('id'), transactionTimeoutMs: 60_000 });
    await producer.initTransactions();
    producer.beginTransaction();
    producer.send(text(place, 'a'));
    await producer.flush();
    await kafka.kill();
    const committing = producer.commitTransaction();
    await kafka.restart();
    await committing;
    const fetcher = driver.createFetcher(fetching);
    fetcher.assign(place, 0);
    expect(valuesOf(await readUpTo(fetcher, 1))).toEqual(['a']);
  }, 60_000);

  it('keeps the membership of a group, and commits when it can again', async () => {
    const group = fresh('group');
    const [place] = (await newTopic(driver, fresh('members'))) as [TopicPartition];
    const { member, log } = await startSingleMember(driver, group, [place]);
    await kafka.kill();
    const committing = member.commit([{ ...place, offset: 3, metadata: '' }]);
    await kafka.restart();
    await committing;
    expect(log).toEqual(['assigned 1']);
    expect(await driver.admin.committedOffsets(group, [place])).toEqual([{ ...place, offset: 3, metadata: '' }]);
    await member.stop();
  }, 60_000);

  it('waits for a broker that is not there at the start', async () => {
    await kafka.halt();
    const early = kafkajs({ brokers: kafka.brokers.split(',') }).createDriver({ clientId: 'early' });
    const reported: (DriverError | undefined)[] = [];
    early.onConnectivity((failure) => reported.push(failure));
    const connecting = early.connect();
    await eventually(() => (reported.length > 0 ? true : undefined));
    await kafka.restart();
    await connecting;
    expect(reported).toEqual([expect.objectContaining({ kind: 'retriable' }), undefined]);
    await early.close();
  }, 60_000);

  it('stops waiting when it is closed', async () => {
    await kafka.halt();
    const early = kafkajs({ brokers: kafka.brokers.split(',') }).createDriver({ clientId: 'early' });
    const connecting = early.connect();
    await early.close();
    await expect(connecting).rejects.toMatchObject({ kind: 'closed' });
    await kafka.restart();
  }, 60_000);
});
