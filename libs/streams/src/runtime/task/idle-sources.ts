import type { InputLag, PartitionGroup } from './partition-group.js';

/**
 * Event time of a task whose inputs are idle (`idleSourceTimeout`; an addition, Kafka Streams' windows wait for the
 * next record): no record was taken for the timeout, none is buffered, and none is known to wait on the broker. From
 * then on event time is where the records left it, plus the wall-clock time since.
 */
export class IdleSources {
  constructor(
    private readonly group: PartitionGroup,
    private readonly lag: InputLag,
    private readonly timeoutMs: number,
    /** When the last record was taken, or when the task started, epoch ms. */
    private since: number,
  ) {}

  /** A record was taken. */
  woken(now: number): void {
    this.since = now;
  }

  /** Undefined while an input is not idle, and where there never was a record. */
  timeAt(now: number): number | undefined {
    const { group, lag } = this;
    const idle = now - this.since;
    if (idle < this.timeoutMs || group.streamTime < 0 || group.size > 0) return undefined;
    return group.queues.every((queue) => lag.of(queue) === 0) ? group.streamTime + idle : undefined;
  }
}
