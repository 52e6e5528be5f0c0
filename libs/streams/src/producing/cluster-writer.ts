import { OuzelError, partitionOf, type Clock } from '@ouzel/core';
import { DriverError, type KafkaConnection, type KafkaDriver, type Producer, type ProducerOptions } from '@ouzel/kafka';
import type { RecordMetadata } from '../record/record.js';
import { connectedWithin } from './connected-within.js';
import type { EncodedRecord, RecordWriter } from './record-writer.js';

export interface ClusterWriterParts {
  readonly connection: KafkaConnection;
  readonly clientId: string;
  readonly producer: ProducerOptions;
  /** How long the partition count of a topic is believed, ms. */
  readonly metadataMaxAge: number;
  readonly clock: Clock;
}

/** The partition count of a topic, and when it was asked for, by the monotonic clock. */
interface KnownCount {
  readonly count: Promise<number>;
  readonly askedAt: number;
}

/** The pause before the cluster is asked for a topic again, ms. */
const pauseMs = 100;

/** How long `close` may take to write what waits, ms. */
const closeTimeoutMs = 10_000;

/** Writes records to a cluster. It connects with the first of them. */
export class ClusterWriter implements RecordWriter {
  private driver: KafkaDriver | undefined;
  private producer: Promise<Producer> | undefined;
  /** The producer, once the driver is connected. */
  private opened: Producer | undefined;
  private readonly counts = new Map<string, KnownCount>();
  private keyless = 0;
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: ClusterWriterParts) {}

  async connect(): Promise<void> {
    await this.connected();
  }

  async write(record: EncodedRecord): Promise<RecordMetadata> {
    const { topic, key } = record;
    const [producer, count] = await Promise.all([this.connected(), this.countOf(topic)]);
    if (this.closing !== undefined) throw closedError();
    const partition = key === null ? this.keyless++ % count : partitionOf(key, count);
    return new Promise((resolve, reject) => {
      const delivered = (_place: unknown, offset: number) => resolve({ topic, partition, offset });
      const failed = (_record: unknown, error: DriverError) => reject(this.failure(error, topic));
      producer.send({ ...record, partition, delivery: { delivered, failed } });
    });
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  /** Ends a connecting that is under way by closing the driver. */
  private async closeAll(): Promise<void> {
    await this.opened?.close(closeTimeoutMs);
    await this.driver?.close();
  }

  /** A failure is forgotten, so that the next call tries again. */
  private connected(): Promise<Producer> {
    if (this.closing !== undefined) return Promise.reject(closedError());
    if (this.producer === undefined) {
      this.producer = this.open();
      this.producer.catch(() => (this.producer = undefined));
    }
    return this.producer;
  }

  private async open(): Promise<Producer> {
    const { connection, clientId, producer, clock } = this.parts;
    const driver = connection.createDriver({ clientId });
    this.driver = driver;
    try {
      await connectedWithin(producer.deliveryTimeoutMs, driver, clientId, clock);
      return (this.opened = driver.createProducer(producer));
    } catch (thrown) {
      await driver.close();
      throw this.closing === undefined ? thrown : closedError(thrown);
    }
  }

  /** All calls for a topic wait for the same answer, so that its records keep their order. */
  private countOf(topic: string): Promise<number> {
    const { clock, metadataMaxAge } = this.parts;
    const known = this.counts.get(topic);
    if (known !== undefined && clock.monotonic() - known.askedAt < metadataMaxAge) return known.count;
    const count = this.learn(topic);
    this.counts.set(topic, { count, askedAt: clock.monotonic() });
    count.catch(() => this.counts.delete(topic));
    return count;
  }

  private async learn(topic: string): Promise<number> {
    await this.connected();
    const { clock, producer } = this.parts;
    const deadline = clock.monotonic() + producer.deliveryTimeoutMs;
    for (;;) {
      try {
        const found = (await this.driver!.admin.topics([topic])).get(topic);
        if (found === undefined) throw missing(topic);
        return found.partitions;
      } catch (thrown) {
        if (!(thrown instanceof DriverError)) throw thrown;
        if (thrown.kind !== 'retriable' || clock.monotonic() >= deadline) throw this.failure(thrown, topic);
        await clock.sleep(pauseMs);
      }
    }
  }

  /** Says in the words of the caller what a driver reports. */
  private failure(error: DriverError, topic: string): OuzelError {
    if (error.kind === 'closed') return closedError(error);
    if (error.kind === 'missing') {
      this.counts.delete(topic);
      return missing(topic, error);
    }
    if (error.code !== 'OUZEL_DRIVER') return error;
    const what = error.kind === 'record' ? 'Kafka does not take the record' : 'the record could not be written';
    const { help } = error;
    return new OuzelError('OUZEL_PRODUCTION', {
      what: `${what}: ${error.what}`,
      where: `topic ${topic}`,
      cause: error,
      ...(help !== undefined && { help }),
    });
  }
}

function missing(topic: string, cause?: DriverError): OuzelError {
  const help = 'Create it before it is written to.';
  return new OuzelError('OUZEL_TOPIC_MISSING', { what: `topic "${topic}" does not exist`, help, cause });
}

function closedError(cause?: unknown): OuzelError {
  return new OuzelError('OUZEL_STATE_TRANSITION', { what: 'the producer is closed', cause });
}
