import { Signal, type Cancel, asError } from '@ouzel/core';
import { BatchBuilder } from '../records/index.js';
import {
  DriverError,
  PartitionMap,
  partitionName,
  recordTooLarge,
  type HeldRecords,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
  type WritePermit,
} from '../client/index.js';
import { HeldCopies } from '../client/held-copies.js';
import type { Cluster } from './cluster.js';
import { closedFailure } from './closed-failure.js';
import { PartitionQueue, WaitingBatch } from './partition-queue.js';
import type { ProducerTransaction } from './producer-transaction.js';
import type { ProducerIdentity } from './transactions.js';

const permitRetryMs = 200;

/** Writes batches into the logs. They are not compressed: nothing is sent anywhere. */
export class EmbeddedProducer implements Producer {
  private readonly queues = new PartitionMap<PartitionQueue>();
  private readonly waiting = new Set<PartitionQueue>();
  private plain: ProducerIdentity | undefined;
  private buffered = 0;
  private cancelLinger: Cancel | undefined;
  private isDue = false;
  protected isClosed = false;
  /** True while it is not known whether the producer may write. */
  protected isAsking = false;
  private readonly permitted: Signal;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ProducerOptions,
    protected readonly transaction?: ProducerTransaction,
  ) {
    this.permitted = new Signal(cluster.clock);
  }

  get bufferedBytes(): number {
    return this.buffered;
  }

  /** A record that is sent while no transaction is open belongs to the next one. */
  send(record: ProducerRecord): void {
    const queue = this.queueOf(record);
    const size = sizeOf(record);
    const refusal = this.refusalOf(record, size);
    if (refusal !== undefined) return this.refuse(queue, record, refusal);
    const batch = queue.batchFor(size, this.options.batchSize);
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
    this.permitted.wake();
  }

  async flush(): Promise<void> {
    this.drain();
    while (this.waiting.size > 0 && this.isAsking) await this.permitted.wait();
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.drain();
    this.isClosed = true;
    this.failWaiting(closedFailure('Produce'));
    this.transaction?.close();
    return Promise.resolve();
  }

  /** The process is gone: what was not written is lost, an open transaction stays open. */
  crash(): void {
    this.isClosed = true;
    this.cancelLinger?.();
    this.waiting.clear();
    this.queues.clear();
  }

  private refusalOf(place: ProducerRecord, size: number): DriverError | undefined {
    const where = `Produce of ${partitionName(place)}`;
    if (this.isClosed) return closedFailure(where);
    return size > this.options.maxRequestSize ? recordTooLarge(size, this.options.maxRequestSize, where) : undefined;
  }

  /** Told later, as every other answer, and behind the records before it. */
  private refuse(queue: PartitionQueue, record: ProducerRecord, refusal: DriverError): void {
    const batch = new WaitingBatch(new BatchBuilder(0), refusal);
    batch.append(record, 0);
    queue.batches.push(batch);
    this.waiting.add(queue);
    this.drainSoon();
  }

  private queueOf({ topic, partition }: ProducerRecord): PartitionQueue {
    let queue = this.queues.get({ topic, partition });
    if (queue === undefined) this.queues.set({ topic, partition }, (queue = new PartitionQueue(topic, partition)));
    return queue;
  }

  protected drainSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => this.drain());
  }

  /** Writes what may be written now; what is sent meanwhile has to wait for the next time. */
  protected drain(): void {
    this.isDue = false;
    this.cancelLinger?.();
    this.cancelLinger = undefined;
    const { permit } = this.options;
    if (permit !== undefined && !permit.isConfirmed && !this.isClosed) {
      if (!this.isAsking) void this.ask(permit);
      return;
    }
    for (const queue of [...this.waiting]) {
      const end =
        this.transaction === undefined || this.transaction.isOpen || this.isClosed ? queue.batches.length : leadingRefusals(queue);
      for (const batch of this.taken(queue, end)) this.settle(queue, batch, batch.refusal);
    }
  }

  /** Goes on writing when the permit is confirmed. Where it is lost, what waits is to be discarded. */
  private async ask(permit: WritePermit): Promise<void> {
    this.isAsking = true;
    await permit.confirm().catch(() => this.cluster.clock.sleep(permitRetryMs));
    this.isAsking = false;
    this.drain();
    this.permitted.wake();
  }

  protected failWaiting(reason: DriverError): void {
    for (const queue of [...this.waiting]) {
      for (const batch of this.taken(queue, queue.batches.length)) this.settle(queue, batch, batch.refusal ?? reason);
    }
  }

  private taken(queue: PartitionQueue, end: number): WaitingBatch[] {
    const batches = queue.batches.splice(0, end);
    if (queue.batches.length === 0) this.waiting.delete(queue);
    for (const batch of batches) if (batch.refusal === undefined) this.buffered -= batch.size;
    return batches;
  }

  private settle(queue: PartitionQueue, batch: WaitingBatch, refusal: DriverError | undefined): void {
    if (refusal === undefined) return this.write(queue, batch);
    this.transaction?.failed(refusal);
    for (const record of batch.records) record.delivery?.failed(record, refusal);
  }

  private write(queue: PartitionQueue, batch: WaitingBatch): void {
    const { records } = batch;
    let baseOffset: number;
    try {
      baseOffset = this.append(queue, batch);
    } catch (error) {
      const failure = error instanceof DriverError ? error : unexpected(error);
      // One of them can not be written, or all of them not at once: the others can.
      if (failure.kind === 'record' && records.length > 1) for (const half of batch.halves(queue)) this.write(queue, half);
      else this.settle(queue, batch, failure);
      return;
    }
    for (let i = 0; i < records.length; i++) records[i]!.delivery?.delivered(records[i]!, baseOffset + i);
  }

  private append(queue: PartitionQueue, batch: WaitingBatch): number {
    const writer = this.transaction?.writerFor(queue) ?? (this.plain ??= this.cluster.transactions.newProducer());
    const log = this.cluster.topics.log(queue, 'Produce');
    const baseOffset = log.append(batch.encode(queue.stampFor(writer), this.transaction !== undefined));
    queue.written(batch.records.length);
    return baseOffset;
  }
}

function leadingRefusals({ batches }: PartitionQueue): number {
  const first = batches.findIndex(({ refusal }) => refusal === undefined);
  return first === -1 ? batches.length : first;
}

function unexpected(thrown: unknown): DriverError {
  const cause = asError(thrown);
  return new DriverError('fatal', -1, { what: cause.message, where: 'Produce', cause });
}

/** About as many bytes as the record takes in a batch. */
function sizeOf({ key, value, headers }: ProducerRecord): number {
  let size = 64 + (key?.length ?? 0) + (value?.length ?? 0);
  if (headers.size > 0) for (const [name, bytes] of headers) size += 10 + name.length + (bytes?.length ?? 0);
  return size;
}
