import type { ConsumerRecord } from '@ouzel/kafka';
import { BinaryHeap } from './binary-heap.js';
import type { QueuedRecord, RecordQueue } from './record-queue.js';
import type { TimeJumps } from './time-jumps.js';

/** How far an empty partition is known to be from its end. */
export interface InputLag {
  /** Records that the broker has and the task has not; undefined while unknown. */
  of(queue: RecordQueue): number | undefined;
}

/**
 * Chooses the next record of a task among its input partitions: the one with the smallest timestamp (PartitionGroup).
 * `maxTaskIdle` says how long an empty partition is waited for: negative never; 0 only while the broker is known to
 * have data for it; else in addition that long for a producer.
 */
export class PartitionGroup {
  /** Highest timestamp taken from any partition. */
  streamTime = -1;
  /** The queues that have a head, by its time. */
  private readonly ready = new BinaryHeap<RecordQueue>((queue) => queue.head!.timestamp);
  private idleSince: number | undefined;
  private readonly jumpMs: number;

  constructor(
    private readonly inputs: RecordQueue[],
    private readonly lag: InputLag,
    private readonly maxTaskIdleMs: number,
    private readonly jumps: TimeJumps,
  ) {
    this.jumpMs = jumps.limitMs;
    for (const queue of inputs) if (queue.partitionTime > this.streamTime) this.streamTime = queue.partitionTime;
  }

  get queues(): readonly RecordQueue[] {
    return this.inputs;
  }

  addQueue(queue: RecordQueue): void {
    this.inputs.push(queue);
  }

  get size(): number {
    let sum = 0;
    for (const queue of this.queues) sum += queue.size;
    return sum;
  }

  /**
   * Whether a record may be taken: none of the partitions may still deliver an older one, as far as `maxTaskIdle`
   * cares.
   */
  isReady(now: number): boolean {
    if (this.ready.size === 0) return false;
    let waitingFor = false;
    for (const queue of this.queues) {
      if (queue.head !== undefined) continue;
      if (this.maxTaskIdleMs >= 0 && this.mayDeliver(queue)) return false;
      waitingFor = true;
    }
    if (!waitingFor || this.maxTaskIdleMs <= 0) {
      this.idleSince = undefined;
      return true;
    }
    this.idleSince ??= now;
    return now - this.idleSince >= this.maxTaskIdleMs;
  }

  /** Buffers what was fetched of a partition. */
  add(queue: RecordQueue, records: readonly ConsumerRecord[], nextOffset: number): void {
    const hadHead = queue.head !== undefined;
    queue.add(records, nextOffset);
    if (!hadHead && queue.head !== undefined) this.ready.add(queue);
  }

  /** Takes the queue whose head is the oldest; it comes back with `advance`. */
  next(): RecordQueue | undefined {
    return this.ready.take();
  }

  take(queue: RecordQueue): QueuedRecord {
    const taken = queue.take();
    const { streamTime } = this;
    if (taken.timestamp > streamTime) {
      if (taken.timestamp - streamTime > this.jumpMs) this.jumps.seen(streamTime, taken);
      this.streamTime = taken.timestamp;
    }
    return taken;
  }

  /** Called when the record that was taken from the queue is processed. */
  advance(queue: RecordQueue): void {
    queue.advance();
    if (queue.head !== undefined) this.ready.add(queue);
  }

  private mayDeliver(queue: RecordQueue): boolean {
    const lag = this.lag.of(queue);
    return lag === undefined || lag > 0;
  }
}
