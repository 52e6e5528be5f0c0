import { Signal, type Cancel } from '@ouzel/core';
import { BatchBuilder, recordBound, refusalOf } from '../records/index.js';
import {
  asDriverError,
  PartitionMap,
  type DriverError,
  type HeldRecords,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
  type TopicPartition,
  type WritePermit,
} from '../client/index.js';
import { HeldCopies } from '../client/held-copies.js';
import type { ProducerIdentity } from '../protocol/transactions.js';
import type { Cluster } from './cluster.js';
import { closedFailure } from './closed-failure.js';
import { PartitionQueue, WaitingBatch } from './partition-queue.js';

const permitRetryMs = 200;

/** Decides under which identity batches are written, and when. */
export interface BatchWriter {
  readonly isTransactional: boolean;
  /** Number of the transaction that records sent now belong to: the open one, or the next. 0 without transactions. */
  readonly accepting: number;
  /** Number of the last transaction whose batches may be written. */
  readonly opened: number;
  /** Returns the identity for a batch of this partition. Throws when it can not be written. */
  identityFor(place: TopicPartition): ProducerIdentity;
  /** Called when a batch was not written. */
  failed(failure: DriverError): void;
}

/** Writes batches into the logs, without compression. */
export class EmbeddedProducer<Writer extends BatchWriter = BatchWriter> implements Producer {
  private readonly queues = new PartitionMap<PartitionQueue>();
  private readonly waiting = new Set<PartitionQueue>();
  private buffered = 0;
  private cancelLinger: Cancel | undefined;
  private isDue = false;
  private closed = false;
  private isAskingPermit = false;
  private readonly permitAnswer: Signal;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ProducerOptions,
    protected readonly writer: Writer,
  ) {
    this.permitAnswer = new Signal(cluster.clock);
  }

  get bufferedBytes(): number {
    return this.buffered;
  }

  send(record: ProducerRecord): void {
    const queue = this.queueOf(record);
    const bound = recordBound(record);
    const refusal = this.closed ? closedFailure('Produce') : refusalOf(record, bound, this.options.maxRequestSize);
    if (refusal !== undefined) return this.refuse(queue, record, refusal);
    const batch = queue.batchFor(bound, this.options.batchSize, this.writer.accepting);
    const before = batch.records.length === 0 ? 0 : batch.size;
    batch.append(record, record.timestamp ?? this.cluster.clock.now());
    this.buffered += batch.size - before;
    this.waiting.add(queue);
    if (this.options.lingerMs === 0 || queue.batches.length > 1) this.drainSoon();
    else this.cancelLinger ??= this.cluster.clock.schedule(this.options.lingerMs, () => this.drain());
  }

  hold(): HeldRecords {
    return new HeldCopies((record) => this.send(record));
  }

  discard(reason: DriverError): void {
    this.failWaiting(reason);
    this.permitAnswer.wake();
  }

  async flush(): Promise<void> {
    this.drain();
    while (this.waiting.size > 0 && this.isAskingPermit) await this.permitAnswer.wait();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.finish();
    this.closed = true;
    this.failWaiting(closedFailure('Produce'));
    return Promise.resolve();
  }

  /** Ends as if the process had died: records that are not written are lost, and an open transaction stays open. */
  crash(): void {
    this.closed = true;
    this.cancelLinger?.();
    this.waiting.clear();
    this.queues.clear();
  }

  /** Called at `close`, before the producer stops writing. */
  protected finish(): void {
    this.drain();
  }

  protected drainSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => this.drain());
  }

  /** Writes the batches that may be written now. A record that a delivery sends meanwhile waits for the next call. */
  protected drain(): void {
    this.isDue = false;
    this.cancelLinger?.();
    this.cancelLinger = undefined;
    if (!this.isPermitted()) return;
    for (const queue of [...this.waiting]) {
      const waiting = queue.batches.findIndex((batch) => batch.refusal === undefined && batch.transaction > this.writer.opened);
      const end = waiting === -1 ? queue.batches.length : waiting;
      for (const batch of this.taken(queue, end)) this.settle(queue, batch, batch.refusal);
    }
  }

  /** Returns whether the producer may write. When the permit is not confirmed, it confirms it and writes afterwards. */
  private isPermitted(): boolean {
    const { permit } = this.options;
    if (permit === undefined || permit.isConfirmed || this.closed) return true;
    if (!this.isAskingPermit) void this.askPermit(permit);
    return false;
  }

  private async askPermit(permit: WritePermit): Promise<void> {
    this.isAskingPermit = true;
    await permit.confirm().catch(() => this.cluster.clock.sleep(permitRetryMs));
    this.isAskingPermit = false;
    this.drain();
    this.permitAnswer.wake();
  }

  protected failWaiting(reason: DriverError): void {
    for (const queue of [...this.waiting]) {
      for (const batch of this.taken(queue, queue.batches.length)) this.settle(queue, batch, batch.refusal ?? reason);
    }
  }

  protected checkOpen(call: string): void {
    if (this.closed) throw closedFailure(call);
  }

  /** Lets the record fail in its turn, after the records before it. */
  private refuse(queue: PartitionQueue, record: ProducerRecord, refusal: DriverError): void {
    const batch = new WaitingBatch(new BatchBuilder(0), this.writer.accepting, refusal);
    batch.append(record, 0);
    queue.batches.push(batch);
    this.waiting.add(queue);
    this.drainSoon();
  }

  private queueOf({ topic, partition }: ProducerRecord): PartitionQueue {
    const place = { topic, partition };
    let queue = this.queues.get(place);
    if (queue === undefined) this.queues.set(place, (queue = new PartitionQueue(topic, partition)));
    return queue;
  }

  private taken(queue: PartitionQueue, end: number): WaitingBatch[] {
    const batches = queue.batches.splice(0, end);
    if (queue.batches.length === 0) this.waiting.delete(queue);
    for (const batch of batches) if (batch.refusal === undefined) this.buffered -= batch.size;
    return batches;
  }

  private settle(queue: PartitionQueue, batch: WaitingBatch, refusal: DriverError | undefined): void {
    if (refusal === undefined) return this.write(queue, batch);
    this.writer.failed(refusal);
    for (const record of batch.records) record.delivery?.failed(record, refusal);
  }

  private write(queue: PartitionQueue, batch: WaitingBatch): void {
    const { records } = batch;
    let baseOffset: number;
    try {
      baseOffset = this.append(queue, batch);
    } catch (thrown) {
      const failure = asDriverError(thrown, 'Produce');
      // One record is refused, or the batch is too large: the rest is written in smaller batches.
      if (failure.kind === 'record' && records.length > 1) for (const part of batch.split(queue)) this.write(queue, part);
      else this.settle(queue, batch, failure);
      return;
    }
    for (let i = 0; i < records.length; i++) records[i]!.delivery?.delivered(records[i]!, baseOffset + i);
  }

  private append(queue: PartitionQueue, batch: WaitingBatch): number {
    const identity = this.writer.identityFor(queue);
    const log = this.cluster.topics.log(queue, 'Produce');
    const baseOffset = log.append(batch.encode(queue.stampFor(identity), this.writer.isTransactional));
    queue.written(batch.records.length);
    return baseOffset;
  }
}
