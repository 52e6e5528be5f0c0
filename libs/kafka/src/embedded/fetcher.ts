import type { Fetched, Fetcher, FetcherOptions, Isolation, TopicPartition } from '../client/index.js';
import { failureOf } from '../protocol/error-codes.js';
import { AssignedPartition } from './assigned-partition.js';
import type { Cluster } from './cluster.js';

const unknownTopicOrPartition = 3;

/** Reads the logs where they are: nothing has to be fetched ahead. */
export class EmbeddedFetcher implements Fetcher {
  private readonly assigned = new Map<string, AssignedPartition>();
  private readonly isolation: Isolation;
  private waking: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly cluster: Cluster,
    { isolation }: FetcherOptions,
  ) {
    this.isolation = isolation;
  }

  assign({ topic, partition }: TopicPartition, offset: number): void {
    this.unassign({ topic, partition });
    const log = this.cluster.topics.findLog({ topic, partition });
    const assigned = new AssignedPartition({ topic, partition }, log, this.isolation, offset, () => this.signal());
    if (log === undefined) assigned.failure = failureOf(unknownTopicOrPartition, `Fetch of ${topic}-${partition}`, 'missing');
    this.assigned.set(nameOf({ topic, partition }), assigned);
    this.signal();
  }

  unassign(partition: TopicPartition): void {
    this.assigned.get(nameOf(partition))?.close();
    this.assigned.delete(nameOf(partition));
  }

  pause(partition: TopicPartition): void {
    const assigned = this.assigned.get(nameOf(partition));
    if (assigned !== undefined) assigned.paused = true;
  }

  resume(partition: TopicPartition): void {
    const assigned = this.assigned.get(nameOf(partition));
    if (assigned === undefined) return;
    assigned.paused = false;
    this.signal();
  }

  take(maxRecords: number): readonly Fetched[] {
    const ready = [...this.assigned.values()].filter((assigned) => assigned.isReady);
    const share = Math.ceil(maxRecords / ready.length);
    return ready.map((assigned) => assigned.take(share));
  }

  /** Gives timers and I/O their turn even when there is something to take: a busy reader must not starve its heartbeats. */
  async wait(ms: number): Promise<void> {
    if (this.closed || this.hasSomething()) return this.cluster.clock.turn();
    await new Promise<void>((resolve) => {
      const before = this.waking;
      const cancel = this.cluster.clock.schedule(ms, () => this.wake());
      this.waking = () => {
        cancel();
        before?.();
        resolve();
      };
    });
  }

  wake(): void {
    const { waking } = this;
    this.waking = undefined;
    waking?.();
  }

  endOffset(partition: TopicPartition): number | undefined {
    return this.assigned.get(nameOf(partition))?.endOffset;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const assigned of this.assigned.values()) assigned.close();
    this.assigned.clear();
    this.wake();
    return Promise.resolve();
  }

  private hasSomething(): boolean {
    for (const assigned of this.assigned.values()) if (assigned.isReady) return true;
    return false;
  }

  private signal(): void {
    if (this.waking !== undefined && this.hasSomething()) this.wake();
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
