import type { DriverError, TopicPartition } from '../../client/index.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import type { Backoff } from '../connection/retry.js';

const sequences = 2 ** 31;

/** A batch, as far as the queue uses it. */
export interface QueuedBatch {
  /** The identity under which the batch is numbered; undefined while it is not. */
  readonly identity: ProducerIdentity | undefined;
  /** How many records it has. */
  readonly count: number;
  /** Its size in bytes. */
  readonly size: number;
  number(identity: ProducerIdentity, sequence: number): void;
  unnumber(): void;
}

/** A batch that was sent and is not acknowledged. */
interface Departed<B> {
  readonly batch: B;
  /** The batches to send again in its place; undefined while Kafka has not responded. */
  again: readonly B[] | undefined;
}

/**
 * The batches of one partition in the order in which they must be written.
 *
 * Several may be in flight. When one fails, Kafka refuses those behind it, because a sequence number is missing. So
 * nothing more is sent until all have a response; then those that failed are sent again in their order.
 */
export class PartitionQueue<B extends QueuedBatch> implements TopicPartition {
  /** The batch that takes records, until it is sealed. */
  filling: B | undefined;
  /** True while the leader is looked up, and during the pause after a failure. */
  resting = false;
  /** The transaction that the partition was last added to. */
  addedTo = 0;
  /** The size of the last batch that was closed, bytes: the capacity of the next. */
  lastSize = 0;
  /** The offset of the last acknowledged record; -1 before the first. */
  lastOffset = -1;
  private readonly waiting: B[] = [];
  private readonly departed: Departed<B>[] = [];
  private unanswered = 0;
  /** The first failure since the last acknowledgement. */
  private failure: DriverError | undefined;
  private identity: ProducerIdentity | undefined;
  private nextSequence = 0;
  private acknowledgedOnce = false;
  private gap = false;

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly backoff: Backoff,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.departed.length === 0;
  }

  get lastFailure(): DriverError | undefined {
    return this.failure;
  }

  /** Returns whether a batch carries a sequence number of this identity. */
  isNumbered(identity: ProducerIdentity): boolean {
    return this.departed.length > 0 || this.waiting.some((batch) => batch.identity === identity);
  }

  /** Closes the batch that is being filled. */
  seal(): void {
    if (this.filling === undefined) return;
    this.waiting.push(this.filling);
    this.lastSize = this.filling.size;
    this.filling = undefined;
  }

  /** Adds a closed batch behind all others. */
  push(batch: B): void {
    this.seal();
    this.waiting.push(batch);
    if (batch.size > 0) this.lastSize = batch.size;
  }

  /**
   * Returns the batch whose turn it is. Before the first acknowledgement under an identity only one is in flight: a
   * broker that does not know the producer yet takes any sequence number, and a later batch could overtake a lost first
   * one.
   */
  next(): B | undefined {
    const hasFailed = this.departed.length > this.unanswered;
    if (this.resting || hasFailed || (this.unanswered > 0 && !this.acknowledgedOnce)) return undefined;
    return this.waiting[0];
  }

  get isInFlight(): boolean {
    return this.unanswered > 0;
  }

  get first(): B | undefined {
    return this.waiting[0];
  }

  /** Removes the first waiting batch and returns it. */
  shift(): B | undefined {
    return this.waiting.shift();
  }

  /** Marks what `next` returned as in flight, and numbers it when it has no number of this identity. */
  depart(identity: ProducerIdentity): void {
    const batch = this.waiting.shift()!;
    if (this.identity !== identity) {
      this.identity = identity;
      this.nextSequence = 0;
      this.acknowledgedOnce = false;
    }
    if (batch.identity !== identity) {
      batch.number(identity, this.nextSequence);
      this.nextSequence = (this.nextSequence + batch.count) % sequences;
    }
    this.departed.push({ batch, again: undefined });
    this.unanswered++;
  }

  /**
   * Returns whether a batch before this one is not acknowledged. In this case a sequence error of this batch is only a
   * consequence of that.
   */
  followsAnother(batch: B): boolean {
    return this.departed[0]?.batch !== batch;
  }

  acknowledged(batch: B, lastOffset: number): void {
    this.departed.splice(this.placeOf(batch), 1);
    this.unanswered--;
    this.acknowledgedOnce = true;
    this.lastOffset = lastOffset;
    this.failure = undefined;
    this.backoff.reset();
  }

  /**
   * Called when a batch was not written. `again` are the batches to send in its place; after a failure they are sent
   * with a pause.
   */
  notWritten(batch: B, again: readonly B[], failure: DriverError | undefined): void {
    this.departed[this.placeOf(batch)]!.again = again;
    this.unanswered--;
    this.failure ??= failure;
  }

  /** Called when a sequence number will stay missing: the numbered batches need another identity then. */
  breakSequence(): void {
    this.gap = true;
  }

  /** Puts failed batches back to the front of the queue when nothing is in flight. Returns whether there were any. */
  recover(): boolean {
    if (this.unanswered > 0 || (this.departed.length === 0 && !this.gap)) return false;
    this.waiting.unshift(...this.departed.splice(0).flatMap(({ again }) => again ?? []));
    if (this.gap) for (const batch of this.waiting) batch.unnumber();
    this.gap = false;
    return true;
  }

  private placeOf(batch: B): number {
    return this.departed.findIndex((departed) => departed.batch === batch);
  }
}
