import type { HeldRecords, ProducerRecord } from '../../client/index.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';

/** The part of a producer that held batches use. */
export interface HoldingProducer {
  queueOf(record: ProducerRecord): BatchQueue;
  /** Returns `filling` when the record fits into it, else a new batch. */
  batchFor(queue: BatchQueue, record: ProducerRecord, filling: ProducerBatch | undefined): ProducerBatch;
  timeOf(record: ProducerRecord): number;
  /** Takes over the batches, and sends them behind those of earlier records. */
  enqueue(batches: readonly ProducerBatch[]): void;
}

/** Batches that are in no queue of their producer until they are released. */
export class HeldBatches implements HeldRecords {
  bytes = 0;
  private readonly batches: ProducerBatch[] = [];
  private readonly filling = new Map<BatchQueue, ProducerBatch>();

  constructor(private readonly producer: HoldingProducer) {}

  send(record: ProducerRecord): void {
    const { producer } = this;
    const queue = producer.queueOf(record);
    const former = this.filling.get(queue);
    const batch = producer.batchFor(queue, record, former);
    if (batch !== former) {
      this.batches.push(batch);
      this.filling.set(queue, batch);
    }
    const before = batch === former ? batch.size : 0;
    batch.append(record, producer.timeOf(record));
    this.bytes += batch.size - before;
  }

  release(): void {
    this.producer.enqueue(this.batches.splice(0));
    this.filling.clear();
    this.bytes = 0;
  }
}
