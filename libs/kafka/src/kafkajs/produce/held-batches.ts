import type { HeldRecords, ProducerRecord } from '../../client/index.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';

/** What a producer does for records that it keeps back. */
export interface HoldingProducer {
  queueOf(record: ProducerRecord): BatchQueue;
  /** The batch that takes a record: the one given when it has room. One that is to be refused gets a batch of its own. */
  batchFor(queue: BatchQueue, record: ProducerRecord, filling: ProducerBatch | undefined): ProducerBatch;
  timeOf(record: ProducerRecord): number;
  /** The batches belong to the producer from now on. */
  enqueue(batches: readonly ProducerBatch[]): void;
}

/** Batches that stand beside their producer's queues until they are released. */
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
