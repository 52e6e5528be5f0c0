import { asError, Headers, helpWith, OuzelError, partitionOf, whatOf } from '@ouzel/core';
import type { Delivery, DriverError, Producer, ProducerRecord } from '@ouzel/kafka';
import type { RawRecord } from '../../processor/error-handlers.js';
import type { SinkRecord } from '../../processor/node.js';
import { noRecord, type RecordContext } from '../../record/record.js';
import type { Tracing } from '../../processor/tracing.js';
import { CommitInterval } from './commit-interval.js';
import type { RefusedRecords } from './refused-records.js';
import { tracedDelivery } from './traced-delivery.js';
import type { PartitionCounts } from '../topics/partition-counts.js';

/** The node or store that made a record, and the input record that it was made from. */
export interface RecordOrigin {
  /** The writer, for errors: the name of a sink, or `the changelog of store "…"`. */
  readonly writer: string;
  /** The sink or the store. */
  readonly node: string;
  /** The input record that it was made from. */
  readonly place: RecordContext;
}

/** What was written to one topic. */
interface Produced {
  records: number;
  /** Of keys and values. */
  bytes: number;
}

/** Judges records that Kafka refused. Returns when the record may go; throws what the task must stop with. */
export type Refused = (error: DriverError, record: ProducerRecord, origin: RecordOrigin) => void;

export interface RecordCollectorParts {
  readonly partition: number;
  readonly producer: Producer;
  readonly task: string;
  /** Set for exactly once: outputs wait for the commit then, as changelog records do. */
  readonly refusals: RefusedRecords | undefined;
  readonly counts: PartitionCounts;
  readonly refused: Refused;
  /** Store names by changelog topic. */
  readonly stores: ReadonlyMap<string, string>;
  /**
   * Whether a handler or listener wants to know what input record a refused record was made from; costs an object per
   * record.
   */
  readonly keepsPlaces: boolean;
  readonly tracing: Tracing | undefined;
}

/**
 * Writes the records of a task: outputs, changelog records and dead letters (RecordCollectorImpl). Uses the producer
 * that all tasks share. Kafka refuses a record later than it is sent: the first refusal that no handler lets pass is
 * kept, and `check` throws it.
 */
export class RecordCollector {
  private readonly sums = new Map<string, Produced>();
  private interval = this.newInterval();
  private failure: Error | undefined;
  private keyless = 0;
  private hasEnded = false;
  private readonly deliveries = new Map<string, Delivery>();

  constructor(private readonly parts: RecordCollectorParts) {}

  /** What this task has written, by topic, for metrics. */
  get produced(): ReadonlyMap<string, Readonly<Produced>> {
    return this.sums;
  }

  partitionsOf(topic: string): number | Promise<number> {
    const { counts } = this.parts;
    return counts.known(topic) ?? counts.learn(topic);
  }

  /** Queues a record of a sink. Returns a promise only when the partition count of its topic is not known yet. */
  send(record: SinkRecord, place: RecordContext, sink: string): void | Promise<void> {
    const delivery = this.deliveryFor(place, sink);
    const traced = this.hasEnded ? undefined : this.parts.tracing?.send(record);
    if (traced === undefined) return this.route(record, delivery);
    return this.route({ ...record, headers: traced.headers }, tracedDelivery(delivery, traced));
  }

  /** Queues a dead letter. That it can not be written is the failure of the task: what was skipped would be lost. */
  sendDeadLetter({ topic, partition, key, value, timestamp, headers = Headers.empty }: RawRecord, place: RecordContext): void {
    const failed = (error: Error) => this.fail(deadLetterFailure(topic, error));
    const isPassing = (error: DriverError) => this.parts.refusals !== undefined && isOfTransaction(error);
    const delivery: Delivery = { delivered() {}, failed: (_record, error) => (isPassing(error) ? undefined : failed(error)) };
    try {
      const record = { topic, partition, key, value, timestamp: timestamp ?? place.timestamp, headers };
      this.route(record, delivery)?.catch((thrown: unknown) => failed(asError(thrown)));
    } catch (thrown) {
      failed(asError(thrown));
    }
  }

  log(topic: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    if (this.hasEnded) return;
    const { partition } = this.parts;
    const delivery = this.interval.changelogDelivery;
    this.hold({ topic, partition, key, value, timestamp: timestamp ?? undefined, headers, delivery });
    this.count(topic, key, value);
  }

  /** Bytes that wait for the next commit. */
  get heldBytes(): number {
    return this.interval.bytes;
  }

  /** Ends the commit interval: what is written from now on counts for the next. */
  nextInterval(): CommitInterval {
    const ended = this.interval;
    this.interval = this.newInterval();
    return ended;
  }

  /** Called when the task is given up. Writes nothing from then on. */
  close(): void {
    this.hasEnded = true;
  }

  get isClosed(): boolean {
    return this.hasEnded;
  }

  /** Throws the first failure that stops the task. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private newInterval(): CommitInterval {
    return new CommitInterval(this.parts.producer, (record, error) => this.refused(error, record, this.changelogOrigin(record)));
  }

  private route(record: SinkRecord, delivery: Delivery): void | Promise<void> {
    if (record.partition !== undefined) return this.write(record, record.partition, delivery);
    const count = this.partitionsOf(record.topic);
    if (typeof count !== 'number') return count.then((learnt) => this.write(record, this.choose(record.key, learnt), delivery));
    this.write(record, this.choose(record.key, count), delivery);
  }

  private write({ topic, key, value, timestamp, headers }: SinkRecord, partition: number, delivery: Delivery): void {
    if (this.hasEnded) return;
    const record = { topic, partition, key, value, timestamp, headers, delivery };
    if (this.parts.refusals === undefined) this.parts.producer.send(record);
    else this.hold(record);
    this.count(topic, key, value);
  }

  /** Keeps a record until the commit. One that Kafka has refused before is judged again at once. */
  private hold(record: ProducerRecord): void {
    const { refusals, task } = this.parts;
    const reason = refusals?.reasonFor(task, record);
    if (reason === undefined) this.interval.send(record);
    else record.delivery?.failed(record, reason);
  }

  /**
   * Records without a key go round: 100 to one partition, so that batches fill, then to the next (as the producer's
   * sticky partitioner).
   */
  private choose(key: Buffer | null, count: number): number {
    if (key !== null) return partitionOf(key, count);
    return (this.parts.partition + Math.floor(this.keyless++ / 100)) % count;
  }

  private count(topic: string, key: Buffer | null, value: Buffer | null): void {
    let sum = this.sums.get(topic);
    if (sum === undefined) this.sums.set(topic, (sum = { records: 0, bytes: 0 }));
    sum.records++;
    sum.bytes += (key === null ? 0 : key.length) + (value === null ? 0 : value.length);
  }

  /** One object for all records of a sink, unless their places are kept. */
  private deliveryFor(place: RecordContext, sink: string): Delivery {
    if (this.parts.keepsPlaces) return this.newDelivery({ writer: sink, node: sink, place });
    let delivery = this.deliveries.get(sink);
    if (delivery === undefined) this.deliveries.set(sink, (delivery = this.newDelivery({ writer: sink, node: sink, place: noRecord(-1) })));
    return delivery;
  }

  private newDelivery(origin: RecordOrigin): Delivery {
    return { delivered() {}, failed: (record, error) => this.refused(error, record, origin) };
  }

  /** Returns the changelog record itself as its origin, because no single input record made it. */
  private changelogOrigin({ topic, partition, key, value, timestamp = -1, headers }: ProducerRecord): RecordOrigin {
    const node = this.parts.stores.get(topic) ?? topic;
    const place = { topic, partition, offset: -1, timestamp, headers, sourceKey: key, sourceValue: value };
    return { writer: `the changelog of store "${node}"`, node, place };
  }

  private refused(error: DriverError, record: ProducerRecord, origin: RecordOrigin): void {
    const { refusals, task } = this.parts;
    if (refusals !== undefined && isOfTransaction(error)) return;
    try {
      this.parts.refused(error, record, origin);
      refusals?.add(task, record, error);
    } catch (thrown) {
      this.fail(asError(thrown));
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
  }
}

/** Returns whether a transaction failed, and the record only with it. The commit deals with that. */
function isOfTransaction({ kind }: DriverError): boolean {
  return kind !== 'record' && kind !== 'missing' && kind !== 'fatal';
}

function deadLetterFailure(topic: string, error: Error): OuzelError {
  const help = helpWith(error, 'See `deadLetterTopic`.');
  return new OuzelError('OUZEL_PRODUCTION', {
    what: `a dead letter can not be written: ${whatOf(error)}`,
    where: `topic ${topic}`,
    help,
    cause: error,
  });
}
