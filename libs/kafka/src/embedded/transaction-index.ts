import type { AbortedTransaction, RecordBatch } from '../records/index.js';

interface Ended extends AbortedTransaction {
  readonly lastOffset: number;
}

/** Which transactions are open in a partition, and which were aborted (TransactionIndex). */
export class TransactionIndex {
  /** First offset by producer, in the order of the offsets. */
  private readonly open = new Map<number, number>();
  private aborted: Ended[] = [];

  /** Where the first open transaction begins; undefined when none is open. */
  get firstOpenOffset(): number | undefined {
    return this.open.values().next().value;
  }

  add(batch: RecordBatch): void {
    if (!batch.isTransactional) return;
    const { producerId, baseOffset: offset } = batch;
    if (!batch.isControl) {
      if (!this.open.has(producerId)) this.open.set(producerId, offset);
      return;
    }
    const firstOffset = this.open.get(producerId);
    this.open.delete(producerId);
    if (firstOffset !== undefined && batch.marker === 'abort') this.aborted.push({ producerId, firstOffset, lastOffset: offset });
  }

  /** Returns whether this batch belongs to a transaction that was aborted. */
  isAborted(batch: RecordBatch): boolean {
    const { producerId, baseOffset } = batch;
    return (
      batch.isTransactional &&
      this.aborted.some((ended) => ended.producerId === producerId && ended.firstOffset <= baseOffset && baseOffset <= ended.lastOffset)
    );
  }

  forgetBefore(offset: number): void {
    this.aborted = this.aborted.filter(({ lastOffset }) => lastOffset >= offset);
  }
}
