import { recordBound, refusalOf } from '../../records/index.js';
import type { DriverError, HeldRecords, ProducerOptions, ProducerRecord } from '../../client/index.js';
import type { Ports } from '../config.js';
import { Backoff } from '../connection/retry.js';
import { HeldBatches } from './held-batches.js';
import { PartitionQueue } from './partition-queue.js';
import { ProducerBatch, type BatchForm, type BatchQueue } from './producer-batch.js';
import type { ProducerState } from './producer-state.js';

/** Bytes of the first batch of a partition. The next ones begin with the size of the last. */
const firstCapacity = 4 * 1024;

/**
 * Gathers records into batches. Each partition fills one batch at a time, which is closed when it is full or old.
 */
export class RecordAccumulator {
  private readonly queues = new Map<string, BatchQueue[]>();
  /** Batches that take records, the oldest first. */
  private readonly filling = new Set<ProducerBatch>();
  /** Batches that are closed and whose outcome is not known, with the bytes that they count. */
  private readonly unsettled = new Map<ProducerBatch, number>();
  private readonly form: BatchForm;
  private bytes = 0;
  private lingering = false;

  /** `dispatch` is called when a partition has a closed batch. */
  constructor(
    private readonly ports: Ports,
    private readonly options: ProducerOptions,
    private readonly state: ProducerState,
    private readonly dispatch: (queue: BatchQueue) => void,
  ) {
    const transactional = state.transactionalId !== null;
    this.form = { compression: options.compression, transactional, settled: (batch) => this.settled(batch) };
  }

  /** Bytes of the records whose outcome is not known. */
  get bufferedBytes(): number {
    return this.bytes;
  }

  send(record: ProducerRecord): void {
    const queue = this.queue(record.topic, record.partition);
    const bound = recordBound(record);
    const refusal = refusalOf(record, bound, this.options.maxRequestSize);
    if (refusal !== undefined) return this.refuse(queue, record, refusal);
    const batch = this.batchFor(queue, bound);
    const before = batch.size;
    batch.append(record, this.timeOf(record));
    this.bytes += batch.size - before;
    if (batch.size >= this.options.batchSize) this.close(queue);
  }

  hold(): HeldRecords {
    const { batchSize, maxRequestSize } = this.options;
    return new HeldBatches({
      queueOf: ({ topic, partition }) => this.queue(topic, partition),
      timeOf: (record) => this.timeOf(record),
      batchFor: (queue, record, filling) => {
        const bound = recordBound(record);
        const refusal = refusalOf(record, bound, maxRequestSize);
        const takesMore = refusal === undefined && filling !== undefined && filling.refusal === undefined;
        return takesMore && filling.size + bound <= batchSize ? filling : this.newBatch(queue, refusal);
      },
      enqueue: (batches) => this.enqueue(batches),
    });
  }

  closeAll(): void {
    for (const batch of this.filling) this.close(batch.queue);
  }

  /** Closes all batches, and fails those that are in no request. */
  withdraw(reason: DriverError): void {
    this.closeAll();
    for (const batch of this.unsettled.keys()) batch.withdraw(reason);
  }

  /** Closes all batches. Resolves when the outcome of those that belong to transactions up to this one is known. */
  async flush(transaction: number): Promise<void> {
    this.closeAll();
    const waited = [...this.unsettled.keys()].filter((batch) => batch.transaction <= transaction);
    await Promise.all(waited.map((batch) => batch.whenSettled()));
  }

  private queue(topic: string, partition: number): BatchQueue {
    let queues = this.queues.get(topic);
    if (queues === undefined) this.queues.set(topic, (queues = []));
    return (queues[partition] ??= new PartitionQueue<ProducerBatch>(topic, partition, new Backoff(this.ports)));
  }

  /** Returns the batch that the record goes into: the one that is being filled when it has room. */
  private batchFor(queue: BatchQueue, bound: number): ProducerBatch {
    const { filling } = queue;
    if (filling !== undefined) {
      if (filling.transaction === this.state.accepting && filling.size + bound <= this.options.batchSize) return filling;
      this.close(queue);
    }
    const batch = this.newBatch(queue, undefined);
    queue.filling = batch;
    this.filling.add(batch);
    this.bytes += batch.size;
    if (!this.lingering) this.linger(this.options.lingerMs);
    return batch;
  }

  private timeOf({ timestamp }: ProducerRecord): number {
    return timestamp ?? this.ports.clock.now();
  }

  private newBatch(queue: BatchQueue, refusal: DriverError | undefined): ProducerBatch {
    const capacity = refusal === undefined ? queue.lastSize || firstCapacity : 0;
    return new ProducerBatch(queue, this.form, this.ports.clock.monotonic(), this.state.accepting, capacity, refusal);
  }

  /** A record that can never be sent fails in its turn, behind those before it. */
  private refuse(queue: BatchQueue, record: ProducerRecord, refusal: DriverError): void {
    const batch = this.newBatch(queue, refusal);
    batch.append(record, 0);
    this.enqueue([batch]);
  }

  /** Takes closed batches, behind all others of their partitions. */
  private enqueue(batches: readonly ProducerBatch[]): void {
    const now = this.ports.clock.monotonic();
    for (const batch of batches) {
      const { queue } = batch;
      batch.release(now, this.state.accepting);
      this.close(queue);
      queue.push(batch);
      this.unsettled.set(batch, batch.size);
      this.bytes += batch.size;
      this.dispatch(queue);
    }
  }

  private close(queue: BatchQueue): void {
    const { filling } = queue;
    if (filling === undefined) return;
    this.filling.delete(filling);
    this.unsettled.set(filling, filling.size);
    queue.seal();
    this.dispatch(queue);
  }

  private linger(ms: number): void {
    this.lingering = true;
    const { clock } = this.ports;
    clock.schedule(ms, () => {
      const due = clock.monotonic() - this.options.lingerMs;
      for (const batch of this.filling) {
        if (batch.createdAt > due) return this.linger(batch.createdAt - due);
        this.close(batch.queue);
      }
      this.lingering = false;
    });
  }

  private settled(batch: ProducerBatch): void {
    this.bytes -= this.unsettled.get(batch) ?? 0;
    this.unsettled.delete(batch);
  }
}
