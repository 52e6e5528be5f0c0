import { Headers, partitionOf } from '@ouzel/core';
import { DriverError, type Delivery, type KafkaDriver } from '../client/index.js';

/** A record for `EmbeddedKafka.produce`. Texts are written in UTF-8. */
export interface EmbeddedRecord {
  /** Decides the partition, as Java's producer does. Default: null. */
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  /** Epoch ms. Default: the time of the embedded Kafka's clock. */
  readonly timestamp?: number;
  /** Default: none. */
  readonly headers?: Headers;
}

/** Writes the records in their order. Records without a key go to the partitions in turn. Throws the first failure. */
export async function produce(driver: KafkaDriver, topic: string, records: readonly EmbeddedRecord[]): Promise<void> {
  const partitions = (await driver.admin.topics([topic])).get(topic)?.partitions;
  if (partitions === undefined) {
    const help = 'Create it first: createTopics([{ topic }]).';
    throw new DriverError('missing', 3, { what: `topic ${topic} does not exist`, help });
  }
  const failures: DriverError[] = [];
  const delivery: Delivery = { delivered: () => {}, failed: (_record, error) => failures.push(error) };
  const producer = driver.createProducer({
    lingerMs: 0,
    batchSize: 262_144,
    maxRequestSize: 1_048_576,
    compression: 'none',
    deliveryTimeoutMs: 120_000,
  });
  records.forEach(({ key = null, value, timestamp, headers = Headers.empty }, i) => {
    const keyBytes = bytesOf(key);
    const partition = keyBytes === null ? i % partitions : partitionOf(keyBytes, partitions);
    producer.send({ topic, partition, key: keyBytes, value: bytesOf(value), timestamp, headers, delivery });
  });
  await producer.flush();
  if (failures[0] !== undefined) throw failures[0];
}

function bytesOf(value: Buffer | string | null): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
