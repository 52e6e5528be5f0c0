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
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import { AssignedPartition } from './assigned-partition.js';
import type { Cluster } from './cluster.js';

/** Reads the logs directly. It has no buffer of its own. */
export class EmbeddedFetcher implements Fetcher {
  private readonly assigned = new PartitionMap<AssignedPartition>();
  private readonly isolation: Isolation;
  private readonly news: Signal;
  private closed = false;

  constructor(
    private readonly cluster: Cluster,
    { isolation }: FetcherOptions,
  ) {
    this.isolation = isolation;
    this.news = new Signal(cluster.clock);
  }

  assign({ topic, partition }: TopicPartition, offset: number): void {
    const place = { topic, partition };
    const former = this.assigned.get(place);
    former?.close();
    const log = this.cluster.topics.findLog(place);
    const assigned = new AssignedPartition(place, log, this.isolation, offset, () => this.announce());
    assigned.paused = former?.paused ?? false;
    if (log === undefined) assigned.failure = failureOf(ErrorCode.unknownTopicOrPartition, `Fetch of ${partitionName(place)}`, 'missing');
    this.assigned.set(place, assigned);
    this.announce();
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
    this.announce();
  }

  take(maxRecords: number): readonly Fetched[] {
    const ready = [...this.assigned.values()].filter((assigned) => assigned.isReady);
    const share = Math.ceil(maxRecords / ready.length);
    return ready.map((assigned) => assigned.take(share));
  }

  /** Lets timers and I/O run even when records are ready, so that heartbeats are sent in time. */
  async wait(ms: number): Promise<void> {
    await (this.closed || this.isReady() ? this.cluster.clock.turn() : this.news.wait(ms));
  }

  wake(): void {
    this.news.wake();
  }

  endOffset(partition: TopicPartition): number | undefined {
    return this.assigned.get(partition)?.endOffset;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const assigned of this.assigned.values()) assigned.close();
    this.assigned.clear();
    this.news.wake();
    return Promise.resolve();
  }

  private isReady(): boolean {
    for (const assigned of this.assigned.values()) if (assigned.isReady) return true;
    return false;
  }

  private announce(): void {
    if (this.news.isAwaited && this.isReady()) this.news.wake();
  }
}
