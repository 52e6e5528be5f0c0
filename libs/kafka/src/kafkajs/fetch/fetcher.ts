import { abortController, Signal } from '@ouzel/core';
import {
  DriverError,
  PartitionMap,
  partitionName,
  type Fetched,
  type Fetcher,
  type FetcherOptions,
  type TopicPartition,
} from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { AssignedPartition } from './assigned-partition.js';
import { FetchLane, type FetchLaneListener } from './fetch-lane.js';
import { waitForLeader } from '../connection/leader.js';
import { Backoff } from '../connection/retry.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';

/** While the broker holds one fetch back, another can fetch the partitions that have become free meanwhile. */
const lanesPerBroker = 2;
/** A partition with fewer unread bytes than this is always fetched again. */
const leastAheadBytes = 512 * 1024;

/**
 * Reads partitions in the background. A partition is fetched again when less than half of its last response is unread,
 * so that the next response arrives while this one is processed.
 */
export class KafkajsFetcher implements Fetcher {
  private readonly assigned = new PartitionMap<AssignedPartition>();
  /** Partitions with records to take, the one that has waited longest first. */
  private readonly ready = new Set<AssignedPartition>();
  private readonly lanes = new Map<number, FetchLane[]>();
  private readonly closing = abortController();
  private readonly news: Signal;
  private readonly laneListener: FetchLaneListener;
  private isFetchDue = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: FetcherOptions,
    private readonly released: () => void,
  ) {
    this.news = new Signal(cluster.ports.clock);
    this.laneListener = { fetched: (partition, failure) => this.fetched(partition, failure), freed: () => this.fetchSoon() };
  }

  assign(partition: TopicPartition, offset: number): void {
    const former = this.assigned.get(partition);
    const assigned = new AssignedPartition(partition, this.options, offset, new Backoff(this.cluster.ports));
    if (former !== undefined) {
      this.ready.delete(former);
      assigned.paused = former.paused;
      assigned.end = former.end;
    }
    this.assigned.set(partition, assigned);
    this.fetchSoon();
  }

  unassign(partition: TopicPartition): void {
    const assigned = this.assigned.get(partition);
    if (assigned === undefined) return;
    this.assigned.delete(partition);
    this.ready.delete(assigned);
  }

  pause(partition: TopicPartition): void {
    const assigned = this.assigned.get(partition);
    if (assigned === undefined) return;
    assigned.paused = true;
    this.ready.delete(assigned);
  }

  resume(partition: TopicPartition): void {
    const assigned = this.assigned.get(partition);
    if (assigned === undefined || !assigned.paused) return;
    assigned.paused = false;
    this.announce(assigned);
    this.fetchSoon();
  }

  take(maxRecords: number): readonly Fetched[] {
    const fetched: Fetched[] = [];
    const share = Math.ceil(maxRecords / this.ready.size);
    let left = maxRecords;
    for (const assigned of [...this.ready]) {
      if (left <= 0) break;
      const piece = assigned.take(Math.min(share, left));
      left -= piece.records.length;
      fetched.push(piece);
      this.ready.delete(assigned);
      this.announce(assigned);
    }
    if (fetched.length > 0) this.fetchSoon();
    return fetched;
  }

  wait(ms: number): Promise<void> {
    return this.ready.size > 0 || this.closing.signal.aborted ? Promise.resolve() : this.news.wait(ms);
  }

  wake(): void {
    this.news.wake();
  }

  endOffset(partition: TopicPartition): number | undefined {
    return this.assigned.get(partition)?.end;
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    this.assigned.clear();
    this.ready.clear();
    this.wake();
    await Promise.all([...this.lanes.values()].flat().map((lane) => lane.close()));
    this.released();
  }

  private isCurrent(assigned: AssignedPartition): boolean {
    return this.assigned.get(assigned) === assigned;
  }

  private announce(assigned: AssignedPartition): void {
    if (!assigned.hasNews) return;
    this.ready.add(assigned);
    this.wake();
  }

  /** Fetches the partitions that are free, after the present piece of work. */
  private fetchSoon(): void {
    if (this.isFetchDue) return;
    this.isFetchDue = true;
    queueMicrotask(() => {
      this.isFetchDue = false;
      if (!this.closing.signal.aborted) this.fetchFree();
    });
  }

  private fetchFree(): void {
    const ahead = Math.max(leastAheadBytes, this.options.maxBytes / 2 / this.assigned.size);
    const free = new Map<number, AssignedPartition[]>();
    for (const assigned of this.assigned.values()) {
      if (assigned.state !== 'free' || assigned.paused || assigned.unreadBytes >= ahead) continue;
      const leader = this.cluster.leader(assigned);
      if (leader === undefined) {
        void this.rest(assigned, undefined);
        continue;
      }
      const list = free.get(leader.node);
      if (list === undefined) free.set(leader.node, [assigned]);
      else list.push(assigned);
    }
    for (const [node, partitions] of free) void this.lane(node)?.fetch(partitions);
  }

  /**
   * Returns a lane that is not busy; undefined when all are. The partitions are looked at again when one becomes free.
   */
  private lane(node: number): FetchLane | undefined {
    let lanes = this.lanes.get(node);
    if (lanes === undefined) this.lanes.set(node, (lanes = []));
    const idle = lanes.find((lane) => !lane.isBusy);
    if (idle !== undefined || lanes.length === lanesPerBroker) return idle;
    const lane = new FetchLane(this.cluster, this.options, node, this.laneListener);
    lanes.push(lane);
    return lane;
  }

  private fetched(assigned: AssignedPartition, failure: DriverError | undefined): void {
    if (!this.isCurrent(assigned) || failure?.kind === 'closed') return;
    if (failure?.kind === 'retriable') return void this.rest(assigned, failure);
    if (failure === undefined) assigned.state = 'free';
    else this.fail(assigned, failure);
    this.announce(assigned);
  }

  private fail(assigned: AssignedPartition, failure: DriverError): void {
    const isOfFetch = failure.kind === 'out-of-range' || failure.kind === 'missing' || failure.kind === 'fatal';
    assigned.fail(isOfFetch ? failure : new DriverError('fatal', failure.kafkaCode, failure));
  }

  private async rest(assigned: AssignedPartition, failure: DriverError | undefined): Promise<void> {
    assigned.state = 'resting';
    const wait = { request: 'Fetch', backoff: assigned.backoff, signal: this.closing.signal, isWanted: () => this.isCurrent(assigned) };
    const reason = (await waitForLeader(this.cluster, assigned, failure, wait)) ?? this.replaced(assigned);
    if (!this.isCurrent(assigned)) return;
    if (reason === undefined) assigned.state = 'free';
    else if (reason.kind !== 'closed') this.fail(assigned, reason);
    this.announce(assigned);
    this.fetchSoon();
  }

  /**
   * Returns a failure when the topic was deleted and created again since it was fetched: it has another id. The
   * position belongs to the deleted topic, and would pass over records of the new one.
   */
  private replaced(assigned: AssignedPartition): DriverError | undefined {
    const { topic, topicId } = assigned;
    if (topicId === undefined || topicId === this.cluster.topic(topic)?.id) return undefined;
    return failureOf(ErrorCode.unknownTopicOrPartition, `Fetch of ${partitionName(assigned)}`, 'missing');
  }
}
