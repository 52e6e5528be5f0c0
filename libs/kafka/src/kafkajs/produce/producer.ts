import { abortController } from '@ouzel/core';
import { loadCodec } from '../../records/index.js';
import {
  partitionName,
  recordTooLarge,
  type DriverError,
  type HeldRecords,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
} from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { closedFailure } from '../connection/connection-failure.js';
import type { ProducerState } from './producer-state.js';
import { HeldBatches } from './held-batches.js';
import { PartitionQueue } from './partition-queue.js';
import { ProducerBatch, type BatchForm, type BatchQueue } from './producer-batch.js';
import { Sender } from './sender.js';
import { atMost, Backoff } from '../connection/retry.js';

/** More than the numbers of a record take in a batch, and the batch's header. */
const recordOverhead = 40;
const batchOverhead = 61;
const firstCapacity = 4 * 1024;

/** Gathers records into batches, one being filled per partition, and has them sent when they are full or old enough. */
export class KafkajsProducer<State extends ProducerState = ProducerState> implements Producer {
  protected readonly state: State;
  private readonly queues = new Map<string, BatchQueue[]>();
  /** Batches that take records, the oldest first. */
  private readonly filling = new Set<ProducerBatch>();
  private readonly unsettled = new Map<ProducerBatch, number>();
  private readonly closing = abortController();
  private readonly sender: Sender;
  private readonly form: BatchForm;
  /** Pending until the package of the compression is loaded. */
  private codec: Promise<void> | undefined;
  private bytes = 0;
  private lingering = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ProducerOptions,
    createState: (signal: AbortSignal, wake: () => void) => State,
    private readonly released: () => void,
  ) {
    const { compression } = options;
    this.state = createState(this.closing.signal, () => this.sender.wake());
    this.sender = new Sender(cluster, this.state, options);
    this.form = { compression, transactional: this.state.transactionalId !== null, settled: (batch) => this.settled(batch) };
    if (compression !== 'none' && compression !== 'gzip') this.codec = this.load();
  }

  get bufferedBytes(): number {
    return this.bytes;
  }

  send(record: ProducerRecord): void {
    const queue = this.queue(record.topic, record.partition);
    const size = boundOf(record);
    const refusal = this.refusalOf(record, size);
    if (refusal !== undefined) return this.refuse(queue, record, refusal);
    const batch = this.batchFor(queue, size);
    const before = batch.size;
    batch.append(record, this.timeOf(record));
    this.bytes += batch.size - before;
    if (batch.size >= this.options.batchSize) this.seal(queue);
  }

  hold(): HeldRecords {
    return new HeldBatches({
      queueOf: ({ topic, partition }) => this.queue(topic, partition),
      timeOf: (record) => this.timeOf(record),
      batchFor: (queue, record, filling) => {
        const size = boundOf(record);
        const refusal = this.refusalOf(record, size);
        const hasRoom = refusal === undefined && filling !== undefined && filling.refusal === undefined;
        return hasRoom && filling.size + size <= this.options.batchSize ? filling : this.newBatch(queue, refusal);
      },
      enqueue: (batches) => this.enqueue(batches),
    });
  }

  discard(reason: DriverError): void {
    this.sealAll();
    for (const batch of this.unsettled.keys()) batch.withdraw(reason);
    this.sender.wake();
  }

  /** Records sent outside of an open transaction are not waited for: they can not go out yet. */
  async flush(): Promise<void> {
    await this.flushUpTo(this.state.opened);
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.closing.signal.aborted) return;
    await atMost(this.cluster.ports, timeoutMs, this.flush());
    this.closing.abort();
    this.sealAll();
    await this.sender.stop(closedFailure('producer'));
    await this.state.close();
    this.released();
  }

  private queue(topic: string, partition: number): BatchQueue {
    let queues = this.queues.get(topic);
    if (queues === undefined) this.queues.set(topic, (queues = []));
    return (queues[partition] ??= new PartitionQueue<ProducerBatch>(topic, partition, new Backoff(this.cluster.ports)));
  }

  /** The batch that the record goes into: the one being filled when it has room. */
  private batchFor(queue: BatchQueue, size: number): ProducerBatch {
    const { filling } = queue;
    if (filling !== undefined) {
      if (filling.transaction === this.state.accepting && filling.size + size <= this.options.batchSize) return filling;
      this.seal(queue);
    }
    const batch = this.newBatch(queue, undefined);
    queue.filling = batch;
    this.filling.add(batch);
    this.bytes += batch.size;
    if (!this.lingering) this.linger(this.options.lingerMs);
    return batch;
  }

  private timeOf({ timestamp }: ProducerRecord): number {
    return timestamp ?? this.cluster.ports.clock.now();
  }

  private newBatch(queue: BatchQueue, refusal: DriverError | undefined): ProducerBatch {
    const capacity = refusal === undefined ? queue.lastSize || firstCapacity : 0;
    return new ProducerBatch(queue, this.form, this.cluster.ports.clock.monotonic(), this.state.accepting, capacity, refusal);
  }

  private refusalOf(place: ProducerRecord, size: number): DriverError | undefined {
    const { maxRequestSize } = this.options;
    if (size + batchOverhead <= maxRequestSize) return undefined;
    return recordTooLarge(size, maxRequestSize, partitionName(place));
  }

  /** A record that can never be sent is told in its turn, behind those before it. */
  private refuse(queue: BatchQueue, record: ProducerRecord, refusal: DriverError): void {
    const batch = this.newBatch(queue, refusal);
    batch.append(record, 0);
    this.enqueue([batch]);
  }

  /** Closed batches, behind all others of their partitions. */
  private enqueue(batches: readonly ProducerBatch[]): void {
    const now = this.cluster.ports.clock.monotonic();
    for (const batch of batches) {
      const { queue } = batch;
      batch.release(now, this.state.accepting);
      this.seal(queue);
      queue.push(batch);
      this.unsettled.set(batch, batch.size);
      this.bytes += batch.size;
      this.dispatch(queue);
    }
  }

  private seal(queue: BatchQueue): void {
    const { filling } = queue;
    if (filling === undefined) return;
    this.filling.delete(filling);
    this.unsettled.set(filling, filling.size);
    queue.seal();
    this.dispatch(queue);
  }

  private dispatch(queue: BatchQueue): void {
    if (this.codec === undefined) this.sender.add(queue);
    else void this.codec.then(() => this.sender.add(queue));
  }

  protected sealAll(): void {
    for (const batch of this.filling) this.seal(batch.queue);
  }

  private linger(ms: number): void {
    this.lingering = true;
    const { clock } = this.cluster.ports;
    clock.schedule(ms, () => {
      const due = clock.monotonic() - this.options.lingerMs;
      for (const batch of this.filling) {
        if (batch.createdAt > due) return this.linger(batch.createdAt - due);
        this.seal(batch.queue);
      }
      this.lingering = false;
    });
  }

  /** Sends without waiting for linger. Resolves when the records of the transactions up to this one are written or have failed. */
  protected async flushUpTo(transaction: number): Promise<void> {
    this.sealAll();
    const waited = [...this.unsettled.keys()].filter((batch) => batch.transaction <= transaction);
    await Promise.all(waited.map((batch) => batch.whenSettled()));
  }

  private settled(batch: ProducerBatch): void {
    this.bytes -= this.unsettled.get(batch) ?? 0;
    this.unsettled.delete(batch);
  }

  private async load(): Promise<void> {
    try {
      await loadCodec(this.options.compression);
      this.codec = undefined;
    } catch (error) {
      await this.sender.stop(error as DriverError);
    }
  }
}

/** Most bytes that a record takes in a batch. */
function boundOf({ key, value, headers }: ProducerRecord): number {
  let size = recordOverhead + (key === null ? 0 : key.length) + (value === null ? 0 : value.length);
  if (headers.size > 0) for (const [name, bytes] of headers) size += 10 + 3 * name.length + (bytes === null ? 0 : bytes.length);
  return size;
}
