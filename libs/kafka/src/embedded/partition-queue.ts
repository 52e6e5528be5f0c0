import type { ProducerStamp } from '../records/batch-builder.js';
import { BatchBuilder, RecordBatch } from '../records/index.js';
import type { DriverError, ProducerRecord, TopicPartition } from '../client/index.js';

/** Records of one partition that are written together. */
export class WaitingBatch {
  readonly records: ProducerRecord[] = [];
  private encoded: Buffer | undefined;

  constructor(
    private readonly builder: BatchBuilder,
    /** Set when it is not to be written: its record waits for its turn to fail. */
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

  /** Two batches in its place, made from the encoded records: the senders' buffers may have been used again since. */
  halves(place: TopicPartition): [WaitingBatch, WaitingBatch] {
    const halves: [WaitingBatch, WaitingBatch] = [
      new WaitingBatch(new BatchBuilder(this.size)),
      new WaitingBatch(new BatchBuilder(this.size)),
    ];
    const entries = new RecordBatch(this.encoded!).records(place);
    for (const [i, record] of this.records.entries()) {
      const half = halves[i < this.records.length >> 1 ? 0 : 1];
      half.records.push(record);
      half.builder.append(entries[i]!, entries[i]!.timestamp);
    }
    return halves;
  }
}

const sequences = 2 ** 31;

/** The batches of one partition that wait, the first first, and the sequence number of the next record to be written. */
export class PartitionQueue implements TopicPartition {
  batches: WaitingBatch[] = [];
  private sequence = 0;
  private producerId = -1;
  private epoch = -1;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  /** The batch that takes a record of this size: a new one when the last has no room. */
  batchFor(size: number, batchSize: number): WaitingBatch {
    const last = this.batches.at(-1);
    if (last !== undefined && last.refusal === undefined && last.size + size <= batchSize) return last;
    const batch = new WaitingBatch(new BatchBuilder(Math.min(batchSize, 4 * size)));
    this.batches.push(batch);
    return batch;
  }

  /** How the next batch is numbered; under another identity numbers begin anew. */
  stampFor({ producerId, epoch }: { readonly producerId: number; readonly epoch: number }): ProducerStamp {
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
