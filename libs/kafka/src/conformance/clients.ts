import { Headers, systemClock } from '@ouzel/core';
import type {
  ConsumerRecord,
  Delivery,
  DriverError,
  Fetcher,
  GroupMember,
  Isolation,
  KafkaDriver,
  Producer,
  ProducerOptions,
  ProducerRecord,
  TopicPartition,
  TransactionalProducer,
  TransactionalProducerOptions,
} from '../client/index.js';
import { patienceMs } from './waiting.js';

const producing: ProducerOptions = {
  lingerMs: 0,
  batchSize: 16_384,
  maxRequestSize: 1_048_576,
  compression: 'none',
  deliveryTimeoutMs: 120_000,
};

export function producerOf(driver: KafkaDriver, options: Partial<ProducerOptions> = {}): Producer {
  return driver.createProducer({ ...producing, ...options });
}

export function transactionalProducerOf(
  driver: KafkaDriver,
  transactionalId: string,
  options: Partial<TransactionalProducerOptions> = {},
): TransactionalProducer {
  return driver.createProducer({ ...producing, transactionalId, transactionTimeoutMs: 60_000, ...options });
}

export function memberOf(driver: KafkaDriver, group: string, instanceId?: string): GroupMember {
  return driver.createMember({
    group,
    instanceId,
    sessionTimeoutMs: 10_000,
    heartbeatIntervalMs: 200,
    rebalanceTimeoutMs: 30_000,
    protocol: 'ouzel',
  });
}

export function fetcherOf(driver: KafkaDriver, isolation: Isolation = 'read_uncommitted'): Fetcher {
  return driver.createFetcher({ isolation, maxWaitMs: 100, maxBytes: 1_048_576 });
}

export function recordFor(place: TopicPartition, value: string | null, parts: Partial<ProducerRecord> = {}): ProducerRecord {
  const { topic, partition } = place;
  return {
    topic,
    partition,
    key: null,
    value: value === null ? null : Buffer.from(value),
    timestamp: undefined,
    headers: Headers.empty,
    ...parts,
  };
}

/** Writes the values one after the other; resolves when they were acknowledged. */
export async function write(producer: Producer, place: TopicPartition, values: readonly string[]): Promise<void> {
  const deliveries = new Deliveries();
  for (const value of values) producer.send(recordFor(place, value, { delivery: deliveries }));
  await producer.flush();
  if (deliveries.errors[0] !== undefined) throw deliveries.errors[0];
}

/** Collects the outcomes of records, in the order in which the producer reports them. */
export class Deliveries implements Delivery {
  readonly outcomes: (number | DriverError['kind'])[] = [];
  readonly errors: DriverError[] = [];

  delivered(_record: ProducerRecord, offset: number): void {
    this.outcomes.push(offset);
  }
  failed(_record: ProducerRecord, error: DriverError): void {
    this.outcomes.push(error.kind);
    this.errors.push(error);
  }
}

/** Takes records until the condition holds. */
export async function takeUntil(
  fetcher: Fetcher,
  done: (records: readonly ConsumerRecord[], error: DriverError | undefined) => boolean,
): Promise<ConsumerRecord[]> {
  const records: ConsumerRecord[] = [];
  const end = systemClock.monotonic() + patienceMs;
  for (;;) {
    await fetcher.wait(200);
    for (const fetched of fetcher.take(1_000)) {
      records.push(...fetched.records);
      if (done(records, fetched.error)) return records;
    }
    if (systemClock.monotonic() > end) throw new Error(`only ${records.length} records came`);
  }
}

export async function takeValues(fetcher: Fetcher, count: number): Promise<(string | undefined)[]> {
  return (await takeUntil(fetcher, (records) => records.length >= count)).map(({ value }) => value?.toString());
}

export async function takeError(fetcher: Fetcher): Promise<DriverError> {
  let found: DriverError | undefined;
  await takeUntil(fetcher, (_, error) => (found = error) !== undefined);
  return found!;
}
