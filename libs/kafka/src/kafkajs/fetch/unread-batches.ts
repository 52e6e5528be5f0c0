import { AbortedTransactions, type AbortedTransaction, type RecordBatch } from '../../records/index.js';
import { recordPlace, type ConsumerRecord, type TopicPartition } from '../../client/index.js';

/** A batch that has arrived, and the aborted transactions of its response. */
interface Unread {
  readonly batch: RecordBatch;
  readonly aborted: AbortedTransactions | undefined;
}

const none: readonly ConsumerRecord[] = [];

/**
 * Batches of one partition that have arrived and are not handed out yet. They are checked and decoded when they are
 * taken.
 */
export class UnreadBatches {
  private unread: Unread[] = [];
  private next = 0;
  /** Records of the batch that was decoded last, and how many of them are handed out. */
  private decoded = none;
  private handedOut = 0;
  private endOfDecoded = 0;
  private held = 0;

  constructor(
    private readonly partition: TopicPartition,
    private readonly readsCommitted: boolean,
    private offset: number,
  ) {}

  /** Returns the next offset to hand out, past what is skipped. */
  get position(): number {
    return this.offset;
  }

  get isEmpty(): boolean {
    return this.next === this.unread.length && this.handedOut === this.decoded.length;
  }

  /** Returns the bytes of the batches that are not decoded yet. */
  get bytes(): number {
    return this.held;
  }

  add(batches: readonly RecordBatch[], aborted: readonly AbortedTransaction[]): void {
    const transactions = this.readsCommitted ? new AbortedTransactions(aborted) : undefined;
    for (const batch of batches) {
      this.unread.push({ batch, aborted: transactions });
      this.held += batch.bytes.length;
    }
  }

  /** Returns up to `max` records; none when all that is left is skipped. Throws OUZEL_CORRUPT_BATCH. */
  take(max: number): readonly ConsumerRecord[] {
    const first = this.takeOfBatch(max);
    if (first.length === max || this.isEmpty) return first;
    const taken = [...first];
    while (taken.length < max && !this.isEmpty) for (const record of this.takeOfBatch(max - taken.length)) taken.push(record);
    return taken;
  }

  /** Drops all batches. */
  clear(): void {
    this.unread = [];
    this.next = 0;
    this.held = 0;
    this.decoded = none;
    this.handedOut = 0;
  }

  /** Returns records of one batch, the next that has any. */
  private takeOfBatch(max: number): readonly ConsumerRecord[] {
    while (this.handedOut === this.decoded.length && this.next < this.unread.length) this.decodeNext();
    const { decoded, handedOut } = this;
    const end = Math.min(handedOut + max, decoded.length);
    this.handedOut = end;
    if (end < decoded.length) this.offset = decoded[end]!.offset;
    else this.release();
    return handedOut === 0 && end === decoded.length ? decoded : decoded.slice(handedOut, end);
  }

  private decodeNext(): void {
    const { batch, aborted } = this.unread[this.next]!;
    const { lastOffset } = batch;
    const { topic, partition } = this.partition;
    this.next++;
    this.held -= batch.bytes.length;
    if (this.next === this.unread.length) {
      this.unread = [];
      this.next = 0;
    }
    batch.check(recordPlace({ topic, partition, offset: batch.baseOffset }));
    // A skipped batch is looked at too: it may be the marker that ends an aborted transaction.
    const isHidden = aborted?.hides(batch) === true;
    if (lastOffset < this.offset) return;
    this.decoded = isHidden || batch.isControl ? none : batch.records(this.partition, this.offset);
    this.handedOut = 0;
    this.endOfDecoded = lastOffset + 1;
    if (this.decoded.length === 0) this.offset = this.endOfDecoded;
  }

  /** Removes a batch that is handed out. Its end decides the next offset, because compaction leaves gaps. */
  private release(): void {
    if (this.decoded.length > 0) this.offset = this.endOfDecoded;
    this.decoded = none;
    this.handedOut = 0;
  }
}
