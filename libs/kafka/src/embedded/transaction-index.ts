import type { AbortedTransaction, RecordBatch } from '../records/index.js';

interface Ended extends AbortedTransaction {
  readonly lastOffset: number;
}

/** The open transactions of a partition, and those that were aborted (TransactionIndex). */
export class TransactionIndex {
  /** First offset by producer, in the order of the offsets. */
  private readonly open = new Map<number, number>();
  private aborted: Ended[] = [];

  /** The first offset of the oldest open transaction; undefined when none is open. */
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
