import type { RecordBatch } from './record-batch.js';

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/**
 * Tells batches of aborted transactions from the others, by the list of aborted transactions in a fetch response
 * (Java's CompletedFetch). Call `hides` for all batches of the response, in their order.
 */
export class AbortedTransactions {
  private readonly coming: AbortedTransaction[];
  private readonly open = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.coming = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset);
  }

  /**
   * Returns whether the batch is hidden from readers of committed records. Call it once for each batch: it also takes
   * up the transactions that begin at or before this batch.
   */
  hides(batch: RecordBatch): boolean {
    if (this.coming.length === 0 && this.open.size === 0) return false;
    const { lastOffset } = batch;
    for (let next = this.coming.at(-1); next !== undefined && next.firstOffset <= lastOffset; next = this.coming.at(-1)) {
      this.open.add(next.producerId);
      this.coming.pop();
    }
    if (batch.isControl) {
      if (batch.marker === 'abort') this.open.delete(batch.producerId);
      return true;
    }
    return batch.isTransactional && this.open.has(batch.producerId);
  }
}
