import type { ConsumerRecord, Delivery, DriverError, Fetcher, KafkaDriver, Producer, ProducerRecord, TopicPartition } from '@ouzel/kafka';
import { Headers } from '@ouzel/core';

export const producing = {
  lingerMs: 2,
  batchSize: 64 * 1024,
  maxRequestSize: 1024 * 1024,
  compression: 'none',
  deliveryTimeoutMs: 60_000,
} as const;
export const fetching = { isolation: 'read_committed', maxWaitMs: 200, maxBytes: 4 * 1024 * 1024 } as const;

/** Returns a record whose key and value are text. */
export function text({ topic, partition }: TopicPartition, value: string, deliveries?: Deliveries): ProducerRecord {
  return {
    topic,
    partition,
    key: Buffer.from('key'),
    value: Buffer.from(value),
    timestamp: undefined,
    headers: Headers.empty,
    delivery: deliveries?.of(value),
  };
}

/** Keeps the outcome of each record: `value@offset`, or `value: kind` of the failure. */
export class Deliveries {
  readonly outcomes: string[] = [];
  readonly errors: DriverError[] = [];

  of(value: string): Delivery {
    return {
      delivered: (_place, offset) => this.outcomes.push(`${value}@${offset}`),
      failed: (record, error) => {
        this.errors.push(error);
        this.outcomes.push(`${record.value?.toString()}: ${error.kind}`);
      },
    };
  }
}

/** Creates a topic that keeps its records, however old their timestamps are. */
export async function newTopic(
  driver: KafkaDriver,
  topic: string,
  partitions = 1,
  config: Readonly<Record<string, string>> = {},
): Promise<TopicPartition[]> {
  const kept = { 'retention.ms': '-1', ...config };
  await driver.admin.createTopics([{ topic, partitions, replicationFactor: -1, config: kept }]);
  return Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
}

/** Reads the partition up to this offset. */
export async function readUpTo(fetcher: Fetcher, offset: number): Promise<ConsumerRecord[]> {
  const records: ConsumerRecord[] = [];
  for (let next = 0; next < offset;) {
    await fetcher.wait(1_000);
    for (const fetched of fetcher.take(1_000)) {
      if (fetched.error !== undefined) throw fetched.error;
      records.push(...fetched.records);
      next = fetched.nextOffset;
    }
  }
  return records;
}

export function valuesOf(records: readonly ConsumerRecord[]): string[] {
  return records.map(({ value }) => String(value));
}

/** Sends texts, with one flush at the end. */
export async function write(producer: Producer, to: TopicPartition, ...values: string[]): Promise<void> {
  for (const value of values) producer.send(text(to, value));
  await producer.flush();
}
