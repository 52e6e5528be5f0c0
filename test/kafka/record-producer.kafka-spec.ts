import { createRecordProducer, partitionOf, serdes, type RecordProducer } from '@ouzel/streams';
import type { KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import { connectedDriver, fresh, ownKafka } from './real-kafka.js';

const text = { key: serdes.string, value: serdes.string };

describe('a record producer on a real Kafka', () => {
  let kafka: KafkaCluster;
  let producer: RecordProducer;
  let topic: string;
  beforeAll(async () => {
    kafka = await ownKafka();
  }, 90_000);
  afterAll(() => kafka.stop(), 30_000);
  beforeEach(async () => {
    topic = fresh('produced');
    await using driver = await connectedDriver(kafka.brokers.split(','));
    await driver.admin.createTopics([{ topic, partitions: 4, replicationFactor: 1, config: { 'max.message.bytes': '20000' } }]);
    producer = createRecordProducer({ kafka: { brokers: kafka.brokers.split(',') }, producer: { deliveryTimeout: '30s' } });
  });
  afterEach(() => producer.close());

  it('writes to the partition that Kafka chooses, and resolves with the offset', async () => {
    const partition = partitionOf(Buffer.from('ann'), 4);
    expect(await producer.send(topic, { key: 'ann', value: 'a' }, text)).toEqual({ topic, partition, offset: 0 });
    const more = ['b', 'c', 'd'].map((value) => ({ key: 'ann', value }));
    expect(await producer.sendAll(topic, more, text)).toEqual([1, 2, 3].map((offset) => ({ topic, partition, offset })));
  });

  it('says which topic does not exist, and which record is too large', async () => {
    await expect(producer.send(fresh('nowhere'), { value: 'a' }, text)).rejects.toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
    await expect(producer.send(topic, { value: 'a'.repeat(50_000) }, text)).rejects.toMatchObject({ code: 'OUZEL_PRODUCTION' });
    await expect(producer.send(topic, { value: 'a'.repeat(2_000_000) }, text)).rejects.toMatchObject({ code: 'OUZEL_PRODUCTION' });
    expect(await producer.send(topic, { key: 'ann', value: 'a' }, text)).toMatchObject({ topic });
  });

  it('writes what was sent during an outage when Kafka is back', async () => {
    const first = await producer.send(topic, { key: 'ann', value: 'before' }, text);
    await kafka.kill();
    const sent = producer.send(topic, { key: 'ann', value: 'meanwhile' }, text);
    await kafka.restart();
    expect(await sent).toEqual({ ...first, offset: 1 });
  }, 120_000);
});
