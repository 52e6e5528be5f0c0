import { Signal } from '@ouzel/core';
import {
  PartitionMap,
  partitionName,
  type Fetched,
  type Fetcher,
  type FetcherOptions,
  type Isolation,
  type TopicPartition,
} from '../client/index.js';
import { failureOf } from '../protocol/error-codes.js';
import { AssignedPartition } from './assigned-partition.js';
import type { Cluster } from './cluster.js';

const unknownTopicOrPartition = 3;

/** Reads the logs where they are: nothing has to be fetched ahead. */
export class EmbeddedFetcher implements Fetcher {
  private readonly assigned = new PartitionMap<AssignedPartition>();
  private readonly isolation: Isolation;
  /** Wakes those that wait for something to take. */
  private readonly arrival: Signal;
  private closed = false;

  constructor(
    private readonly cluster: Cluster,
    { isolation }: FetcherOptions,
  ) {
    this.isolation = isolation;
    this.arrival = new Signal(cluster.clock);
  }

  assign({ topic, partition }: TopicPartition, offset: number): void {
    this.unassign({ topic, partition });
    const log = this.cluster.topics.findLog({ topic, partition });
    const assigned = new AssignedPartition({ topic, partition }, log, this.isolation, offset, () => this.signal());
    if (log === undefined)
      assigned.failure = failureOf(unknownTopicOrPartition, `Fetch of ${partitionName({ topic, partition })}`, 'missing');
    this.assigned.set({ topic, partition }, assigned);
    this.signal();
  }

  unassign(partition: TopicPartition): void {
    this.assigned.get(partition)?.close();
    this.assigned.delete(partition);
  }

  pause(partition: TopicPartition): void {
    const assigned = this.assigned.get(partition);
    if (assigned !== undefined) assigned.paused = true;
  }

  resume(partition: TopicPartition): void {
    const assigned = this.assigned.get(partition);
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
    await this.arrival.wait(ms);
  }

  wake(): void {
    this.arrival.wake();
  }

  endOffset(partition: TopicPartition): number | undefined {
    return this.assigned.get(partition)?.endOffset;
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
    if (this.arrival.isAwaited && this.hasSomething()) this.wake();
  }
}
