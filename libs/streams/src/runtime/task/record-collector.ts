import type { Delivery, DriverError, Producer, ProducerRecord } from '@ouzel/kafka';
import type { ProcessorNode, SinkRecord } from '../../processor/node.js';
import type { RecordContext } from '../../processor/record.js';
import { asError, partitionOf, type Headers } from '@ouzel/core';
import type { PartitionCounts } from '../topics/partition-counts.js';
import { ChangelogInterval } from '../commit/changelog-interval.js';

/** Judges records that Kafka refused. Returns when the record may go; throws what the task must stop with. */
export interface ProductionFailures {
  refused(error: DriverError, record: ProducerRecord, origin: RecordOrigin | undefined): void;
}

/** Where a record was made. Kept per record only where a handler wants it. */
export interface RecordOrigin {
  readonly context: RecordContext;
  readonly node: ProcessorNode<any, any, any, any> | undefined;
}

/**
 * What a task writes: to sinks, changelogs and dead letters, through the producer it shares with the other tasks (RecordCollectorImpl). Failures come later;
 * the first that no handler forgives is kept and thrown by `check`.
 */
export class RecordCollector implements Delivery {
  private changelog = this.newInterval();
  private failure: Error | undefined;
  private keyless = 0;
  /** Records of this task by topic, for metrics. */
  readonly produced = new Map<string, number>();

  constructor(
    private readonly partition: number,
    private readonly producer: Producer,
    private readonly counts: PartitionCounts,
    private readonly failures: ProductionFailures,
    /** Whether a failing record's origin must be known. */
    private readonly keepsOrigins: boolean,
  ) {}

  partitionsOf(topic: string): number | Promise<number> {
    return this.counts.known(topic) ?? this.counts.learn(topic);
  }

  send(record: SinkRecord, context: RecordContext, node: ProcessorNode<any, any, any, any> | undefined): void | Promise<void> {
    if (record.partition !== undefined) return this.write(record, record.partition, context, node);
    const count = this.counts.known(record.topic);
    if (count === undefined)
      return this.counts.learn(record.topic).then((learnt) => this.write(record, this.choose(record.key, learnt), context, node));
    this.write(record, this.choose(record.key, count), context, node);
  }

  /** A dead letter: its failure to find a topic is the task's failure. */
  sendDeadLetter(record: SinkRecord, context: RecordContext): void {
    const pending = this.send(record, context, undefined);
    pending?.catch((thrown: unknown) => (this.failure ??= asError(thrown)));
  }

  log(topic: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.changelog.add(topic, key, value, timestamp, headers);
    this.count(topic);
  }

  /** Bytes that were logged and are not sent yet. */
  get heldBytes(): number {
    return this.changelog.bytes;
  }

  /** Ends the commit interval: what is logged from now on counts for the next. */
  nextInterval(): ChangelogInterval {
    const ended = this.changelog;
    this.changelog = this.newInterval();
    return ended;
  }

  /** Throws the first failure that stops the task. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  delivered(): void {}

  failed(record: ProducerRecord, error: DriverError, origin?: RecordOrigin): void {
    try {
      this.failures.refused(error, record, origin);
    } catch (thrown) {
      this.failure ??= asError(thrown);
    }
  }

  private newInterval(): ChangelogInterval {
    return new ChangelogInterval(this.partition, this.producer, (record, error) => this.failed(record, error));
  }

  private write(record: SinkRecord, partition: number, context: RecordContext, node: ProcessorNode<any, any, any, any> | undefined): void {
    const { topic, key, value, timestamp, headers } = record;
    const delivery = this.keepsOrigins ? new OriginDelivery(this, { context, node }) : this;
    this.producer.send({ topic, partition, key, value, timestamp, headers, delivery });
    this.count(topic);
  }

  /** Records without a key go round: 100 to one partition, so that batches fill, then to the next (as the producer's sticky partitioner). */
  private choose(key: Buffer | null, count: number): number {
    if (key !== null) return partitionOf(key, count);
    return (this.partition + Math.floor(this.keyless++ / 100)) % count;
  }

  private count(topic: string): void {
    this.produced.set(topic, (this.produced.get(topic) ?? 0) + 1);
  }
}

class OriginDelivery implements Delivery {
  constructor(
    private readonly collector: RecordCollector,
    private readonly origin: RecordOrigin,
  ) {}

  delivered(): void {}

  failed(record: ProducerRecord, error: DriverError): void {
    this.collector.failed(record, error, this.origin);
  }
}
