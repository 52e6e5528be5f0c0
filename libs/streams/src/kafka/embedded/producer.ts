import type { Cancel } from '../../clock/index.js';
import { asError } from '../../errors/index.js';
import { BatchBuilder, noStamp } from '../codec/index.js';
import { DriverError, type GroupIdentity, type OffsetCommit, type Producer, type ProducerOptions, type ProducerRecord } from '../driver.js';
import { failureOf } from '../kafkajs/protocol/error-codes.js';
import type { Cluster } from './cluster.js';
import { closedFailure } from './closed-failure.js';
import { ProducerTransaction } from './producer-transaction.js';
import type { ProducerIdentity } from './transactions.js';

const messageTooLarge = 10;
const sequences = 2 ** 31;

interface Batch {
  readonly builder: BatchBuilder;
  readonly records: ProducerRecord[];
}

/** The records of one partition that wait, and the sequence number of the next one to be written. */
class PartitionQueue {
  batches: Batch[] = [];
  sequence = 0;
  writer: ProducerIdentity | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}
}

/** Writes batches into the logs. They are not compressed: nothing is sent anywhere. */
export class EmbeddedProducer implements Producer {
  private readonly queues = new Map<string, PartitionQueue>();
  private readonly waiting = new Set<PartitionQueue>();
  private readonly transaction: ProducerTransaction | undefined;
  private plain: ProducerIdentity | undefined;
  private buffered = 0;
  private cancelLinger: Cancel | undefined;
  private isDue = false;
  private closed = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ProducerOptions,
  ) {
    if (options.transactionalId !== undefined) {
      this.transaction = new ProducerTransaction(cluster, options.transactionalId, options.transactionTimeoutMs);
    }
  }

  get bufferedBytes(): number {
    return this.buffered;
  }

  send(record: ProducerRecord): void {
    const refusal = this.refusalOf(record);
    if (refusal !== undefined) return this.refuse(record, refusal);
    const queue = this.queueOf(record);
    let batch = queue.batches.at(-1);
    const size = sizeOf(record);
    if (batch === undefined || batch.builder.size + size > this.options.batchSize) {
      batch = { builder: new BatchBuilder(Math.min(this.options.batchSize, 4 * size)), records: [] };
      queue.batches.push(batch);
    }
    const before = batch.builder.size;
    batch.builder.append(record, record.timestamp ?? this.cluster.clock.now());
    batch.records.push(record);
    this.buffered += batch.builder.size - before;
    this.waiting.add(queue);
    if (this.options.lingerMs === 0 || queue.batches.length > 1) this.drainSoon();
    else this.cancelLinger ??= this.cluster.clock.schedule(this.options.lingerMs, () => this.drain());
  }

  async flush(): Promise<void> {
    this.drain();
    return Promise.resolve();
  }

  async initTransactions(): Promise<void> {
    this.transactional('initTransactions').init();
    return Promise.resolve();
  }

  beginTransaction(): void {
    this.transactional('beginTransaction').begin();
  }

  async sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    this.transactional('sendOffsets').sendOffsets(offsets, identity);
    return Promise.resolve();
  }

  async commitTransaction(): Promise<void> {
    this.drain();
    this.transactional('commitTransaction').commit();
    return Promise.resolve();
  }

  async abortTransaction(): Promise<void> {
    const transaction = this.transactional('abortTransaction');
    this.drop(
      new DriverError('abortable', -1, { what: 'the transaction was aborted before the record was sent', where: 'abortTransaction' }),
    );
    transaction.abort();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.drain();
    this.closed = true;
    this.transaction?.close();
    return Promise.resolve();
  }

  /** The process is gone: what was not written is lost, an open transaction stays open. */
  crash(): void {
    this.closed = true;
    this.cancelLinger?.();
    this.waiting.clear();
    this.queues.clear();
  }

  private refusalOf(record: ProducerRecord): DriverError | undefined {
    const where = `Produce of ${record.topic}-${record.partition}`;
    if (this.closed) return closedFailure(where);
    if (sizeOf(record) > this.options.maxRequestSize) return failureOf(messageTooLarge, where);
    return this.transaction?.refusal(where);
  }

  /** Later, as every other answer. */
  private refuse(record: ProducerRecord, error: DriverError): void {
    this.transaction?.failed(error);
    queueMicrotask(() => record.delivery?.failed(record, error));
  }

  private queueOf({ topic, partition }: ProducerRecord): PartitionQueue {
    const name = `${topic}-${partition}`;
    let queue = this.queues.get(name);
    if (queue === undefined) this.queues.set(name, (queue = new PartitionQueue(topic, partition)));
    return queue;
  }

  private drainSoon(): void {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => this.drain());
  }

  private drain(): void {
    this.isDue = false;
    this.cancelLinger?.();
    this.cancelLinger = undefined;
    for (const { queue, batch } of this.emptied()) this.write(queue, batch);
  }

  private drop(error: DriverError): void {
    for (const { batch } of this.emptied()) for (const record of batch.records) record.delivery?.failed(record, error);
  }

  private emptied(): { readonly queue: PartitionQueue; readonly batch: Batch }[] {
    const all = [...this.waiting].flatMap((queue) => queue.batches.map((batch) => ({ queue, batch })));
    for (const queue of this.waiting) queue.batches = [];
    this.waiting.clear();
    this.buffered = 0;
    return all;
  }

  private write(queue: PartitionQueue, { builder, records }: Batch): void {
    let baseOffset: number;
    try {
      baseOffset = this.append(queue, builder);
    } catch (error) {
      const failure = error instanceof DriverError ? error : unexpected(error);
      this.transaction?.failed(failure);
      for (const record of records) record.delivery?.failed(record, failure);
      return;
    }
    for (let i = 0; i < records.length; i++) records[i]!.delivery?.delivered(records[i]!, baseOffset + i);
  }

  private append(queue: PartitionQueue, builder: BatchBuilder): number {
    const writer = this.transaction?.writerFor(queue) ?? (this.plain ??= this.cluster.transactions.newProducer());
    if (queue.writer?.producerId !== writer.producerId || queue.writer.epoch !== writer.epoch) {
      queue.writer = writer;
      queue.sequence = 0;
    }
    const stamp = { ...noStamp, ...writer, sequence: queue.sequence };
    const log = this.cluster.topics.log(queue, 'Produce');
    const baseOffset = log.append(builder.seal({ stamp, transactional: this.transaction !== undefined }));
    queue.sequence = (queue.sequence + builder.count) % sequences;
    return baseOffset;
  }

  private transactional(call: string): ProducerTransaction {
    if (this.closed) throw closedFailure(call);
    if (this.transaction !== undefined) return this.transaction;
    throw new DriverError('fatal', -1, { what: 'this producer has no transactional id', where: call });
  }
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
