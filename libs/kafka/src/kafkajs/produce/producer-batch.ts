import { BatchBuilder, RecordBatch, restamp } from '../../records/index.js';
import type { Compression, Delivery, DriverError, ProducerRecord } from '../../client/index.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import type { PartitionQueue, QueuedBatch } from './partition-queue.js';

/** Shared by all batches of a producer. */
export interface BatchForm {
  readonly compression: Compression;
  readonly transactional: boolean;
  /** Called once for each batch, after the deliveries of its records. */
  settled(batch: ProducerBatch): void;
}

/** The batches of one partition. */
export type BatchQueue = PartitionQueue<ProducerBatch>;

/** Records of one partition that are written together, with their deliveries. */
export class ProducerBatch implements QueuedBatch {
  /** The identity under which the batch is numbered; undefined while it is not. */
  identity: ProducerIdentity | undefined;
  private sequence = -1;
  private encoded: Buffer | undefined;
  /**
   * The delivery of each record. The records themselves are not kept: there are many of them, and nearly all are
   * written.
   */
  private readonly deliveries: (Delivery | undefined)[] = [];
  /** Records that can never be sent. They are not encoded. */
  private readonly unsendable: ProducerRecord[] = [];
  private builder: BatchBuilder | undefined;
  private waiters: (() => void)[] = [];
  private parent: ProducerBatch | undefined;
  private parts = 0;

  constructor(
    readonly queue: BatchQueue,
    readonly form: BatchForm,
    /** When the delivery timeout begins, on the monotonic clock. */
    public createdAt: number,
    /** The number of the transaction that its records belong to; 0 without. */
    public transaction: number,
    capacity: number,
    private refused: DriverError | undefined = undefined,
  ) {
    this.builder = refused === undefined ? new BatchBuilder(capacity) : undefined;
  }

  /** Set when the batch must not be sent, or not again. Its records fail after those before them. */
  get refusal(): DriverError | undefined {
    return this.refused ?? this.parent?.refusal;
  }

  /** Keeps the batch from being sent, or sent again. */
  withdraw(reason: DriverError): void {
    this.refused ??= reason;
  }

  get count(): number {
    return this.deliveries.length;
  }

  /** The size in bytes with the header. Until the batch is encoded it is the size before compression. */
  get size(): number {
    return this.encoded?.length ?? this.builder?.size ?? 0;
  }

  append(record: ProducerRecord, timestamp: number): void {
    this.deliveries.push(record.delivery);
    if (this.builder === undefined) this.unsendable.push(record);
    else this.builder.append(record, timestamp);
  }

  /** Releases a batch that was held: its delivery timeout begins now, and it belongs to this transaction. */
  release(now: number, transaction: number): void {
    this.createdAt = now;
    this.transaction = transaction;
  }

  number(identity: ProducerIdentity, sequence: number): void {
    this.identity = identity;
    this.sequence = sequence;
    if (this.encoded !== undefined) restamp(this.encoded, this.stamp);
  }

  unnumber(): void {
    this.identity = undefined;
  }

  encode(): Buffer {
    this.encoded ??= this.builder!.seal({ stamp: this.stamp, transactional: this.form.transactional, compression: this.form.compression });
    this.builder = undefined;
    return this.encoded;
  }

  /** Returns two batches that take the place of this one, with its sequence numbers. */
  halves(): [ProducerBatch, ProducerBatch] {
    const middle = this.count >> 1;
    const first = this.part((i) => i < middle);
    const second = this.part((i) => i >= middle);
    if (this.identity !== undefined) {
      first.number(this.identity, this.sequence);
      second.number(this.identity, (this.sequence + middle) % 2 ** 31);
    }
    return [first, second];
  }

  /** Fails the records at these places. Returns a batch of the others, without sequence numbers, if there are any. */
  without(refused: ReadonlySet<number>, reason: DriverError): ProducerBatch[] {
    const left = refused.size < this.count ? [this.part((i) => !refused.has(i))] : [];
    for (const [i, record] of this.records().entries()) if (refused.has(i)) record.delivery?.failed(record, reason);
    if (left.length === 0) this.settle();
    return left;
  }

  acknowledge(baseOffset: number): void {
    const { deliveries } = this;
    for (let i = 0; i < deliveries.length; i++) deliveries[i]?.delivered(this.queue, baseOffset + i);
    this.settle();
  }

  refuse(reason: DriverError): void {
    for (const record of this.records()) record.delivery?.failed(record, reason);
    this.settle();
  }

  /** Resolves when every record is written or has failed. */
  whenSettled(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private get stamp() {
    const { producerId, epoch } = this.identity!;
    return { producerId, epoch, sequence: this.sequence };
  }

  /**
   * Returns a batch of some of the records. It is made from the encoded records: the senders' buffers may have been
   * used again since.
   */
  private part(includes: (place: number) => boolean): ProducerBatch {
    const part = new ProducerBatch(this.queue, this.form, this.createdAt, this.transaction, this.size);
    part.parent = this;
    this.parts++;
    for (const [i, record] of this.records().entries()) if (includes(i)) part.append(record, record.timestamp!);
    return part;
  }

  private records(): readonly ProducerRecord[] {
    if (this.unsendable.length > 0) return this.unsendable;
    this.encoded ??= this.builder!.seal(this.identity === undefined ? {} : { stamp: this.stamp, transactional: this.form.transactional });
    const { topic, partition } = this.queue;
    return new RecordBatch(this.encoded)
      .records(this.queue)
      .map(({ key, value, timestamp, headers }, i) => ({ topic, partition, key, value, timestamp, headers, delivery: this.deliveries[i] }));
  }

  private settle(): void {
    if (this.parent === undefined) this.form.settled(this);
    else if (--this.parent.parts === 0) this.parent.settle();
    for (const resolve of this.waiters) resolve();
  }
}
