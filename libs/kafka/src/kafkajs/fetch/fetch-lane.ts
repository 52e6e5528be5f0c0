import { asDriverError, DriverError, PartitionMap, partitionName, type FetcherOptions } from '../../client/index.js';
import type { Channel } from '../connection/channel.js';
import type { Cluster } from '../connection/cluster.js';
import { failureOf, ErrorCode } from '../../protocol/error-codes.js';
import { fetch, type FetchedPartition } from '../../protocol/fetch.js';
import type { AssignedPartition } from './assigned-partition.js';

/** The least limit of a partition in a response, bytes, however many partitions there are. */
const leastPartitionBytes = 1024 * 1024;

export interface FetchLaneListener {
  /**
   * Called for each partition of a request: with its failure, or with undefined when it took the response.
   */
  fetched(partition: AssignedPartition, failure: DriverError | undefined): void;
  /** Called when the lane is free for another request. */
  freed(): void;
}

/** One channel to a broker, with one fetch at a time, which the broker holds back until there is something to send. */
export class FetchLane {
  private readonly channel: Channel;
  private busy = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: FetcherOptions,
    node: number,
    private readonly listener: FetchLaneListener,
  ) {
    this.channel = cluster.channel(node);
  }

  get isBusy(): boolean {
    return this.busy;
  }

  /** Fetches the partitions. Never rejects. */
  async fetch(partitions: readonly AssignedPartition[]): Promise<void> {
    this.busy = true;
    for (const partition of partitions) {
      partition.state = 'asked';
      partition.topicId = this.cluster.topic(partition.topic)?.id;
    }
    const responses = await this.request(partitions).catch((thrown: unknown) => asDriverError(thrown, 'Fetch'));
    for (const partition of partitions) {
      const failure = responses instanceof DriverError ? responses : await this.take(partition, responses.get(partition));
      this.listener.fetched(partition, failure);
    }
    this.busy = false;
    this.listener.freed();
  }

  close(): Promise<void> {
    return this.cluster.closeChannel(this.channel);
  }

  private async request(partitions: readonly AssignedPartition[]): Promise<PartitionMap<FetchedPartition>> {
    const { maxWaitMs, maxBytes, isolation } = this.options;
    const partitionBytes = Math.max(leastPartitionBytes, Math.floor(maxBytes / partitions.length));
    const positions = partitions.map((assigned) => ({
      topic: assigned.topic,
      partition: assigned.partition,
      offset: assigned.fetchOffset,
      leaderEpoch: this.cluster.leader(assigned)?.epoch ?? -1,
      maxBytes: partitionBytes,
    }));
    const timeoutMs = maxWaitMs + this.cluster.requestTimeoutMs;
    const response = await this.channel.request(fetch, { maxWaitMs, minBytes: 1, maxBytes, isolation, positions }, { timeoutMs });
    if (response.errorCode !== ErrorCode.none) throw failureOf(response.errorCode, 'Fetch');
    return PartitionMap.of(response.partitions);
  }

  private async take(partition: AssignedPartition, response: FetchedPartition | undefined): Promise<DriverError | undefined> {
    const where = `Fetch of ${partitionName(partition)}`;
    if (response === undefined) return new DriverError('retriable', -1, { what: 'the response lacks the partition', where });
    if (response.errorCode !== ErrorCode.none) return failureOf(response.errorCode, where);
    try {
      await partition.add(response);
      return undefined;
    } catch (thrown) {
      return asDriverError(thrown, where);
    }
  }
}
