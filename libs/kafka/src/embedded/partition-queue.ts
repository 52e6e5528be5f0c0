import { BatchBuilder, RecordBatch, type ProducerStamp } from '../records/index.js';
import type { DriverError, ProducerRecord, TopicPartition } from '../client/index.js';
import type { ProducerIdentity } from '../protocol/transactions.js';

/** Records of one partition that are written together. */
export class WaitingBatch {
  readonly records: ProducerRecord[] = [];
  private encoded: Buffer | undefined;

  constructor(
    private readonly builder: BatchBuilder,
    /** Number of the transaction that its records belong to; 0 without transactions. */
    readonly transaction: number,
    /** Set when the batch can never be written. Its record fails after those before it. */
    readonly refusal?: DriverError,
  ) {}

  get size(): number {
    return this.builder.size;
  }

  append(record: ProducerRecord, timestamp: number): void {
    this.records.push(record);
    if (this.refusal === undefined) this.builder.append(record, timestamp);
  }

  encode(stamp: ProducerStamp, transactional: boolean): Buffer {
    this.encoded = this.builder.seal({ stamp, transactional });
    return this.encoded;
  }

  /**
   * Returns two batches that take the place of this one. They are made from the encoded records, because senders may
   * have reused their buffers.
   */
  split(place: TopicPartition): WaitingBatch[] {
    const middle = this.records.length >> 1;
    const entries = new RecordBatch(this.encoded!).records(place);
    return [
      [0, middle],
      [middle, this.records.length],
    ].map(([from, to]) => {
      const part = new WaitingBatch(new BatchBuilder(this.size), this.transaction);
      for (const entry of entries.slice(from, to)) part.builder.append(entry, entry.timestamp);
      part.records.push(...this.records.slice(from, to));
      return part;
    });
  }
}

const sequences = 2 ** 31;

/** The waiting batches of one partition, the oldest first, and the sequence number of the next record to be written. */
export class PartitionQueue implements TopicPartition {
  batches: WaitingBatch[] = [];
  private sequence = 0;
  private producerId = -1;
  private epoch = -1;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  /** Returns the batch that takes a record of at most `bound` bytes: the last one when it has room, else a new one. */
  batchFor(bound: number, batchSize: number, transaction: number): WaitingBatch {
    const last = this.batches.at(-1);
    const takesMore = last !== undefined && last.refusal === undefined && last.transaction === transaction;
    if (takesMore && last.size + bound <= batchSize) return last;
    const batch = new WaitingBatch(new BatchBuilder(Math.min(batchSize, 4 * bound)), transaction);
    this.batches.push(batch);
    return batch;
  }

  /** Returns the stamp of the next batch. Under another identity sequence numbers begin anew. */
  stampFor({ producerId, epoch }: ProducerIdentity): ProducerStamp {
    if (this.producerId !== producerId || this.epoch !== epoch) {
      this.producerId = producerId;
      this.epoch = epoch;
      this.sequence = 0;
    }
    return { producerId, epoch, sequence: this.sequence };
  }

  written(records: number): void {
    this.sequence = (this.sequence + records) % sequences;
  }
}
