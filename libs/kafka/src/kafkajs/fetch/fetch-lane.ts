import { DriverError, PartitionMap, partitionName, type FetcherOptions } from '../../client/index.js';
import type { Channel } from '../connection/channel.js';
import type { Cluster } from '../connection/cluster.js';
import { failureOf, ErrorCode } from '../../protocol/error-codes.js';
import { fetch, type FetchedPartition } from '../../protocol/fetch.js';
import type { AssignedPartition } from './assigned-partition.js';

/** Least that one partition may send in a response, however many there are. */
const leastPartitionBytes = 1024 * 1024;

/** What a partition's part of a request came to. */
export type Outcome = (partition: AssignedPartition, failure: DriverError | undefined) => void;

/** One conversation with one broker: a fetch at a time, which the broker holds until there is something. */
export class FetchLane {
  private readonly channel: Channel;
  private busy = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: FetcherOptions,
    node: number,
    private readonly outcome: Outcome,
    private readonly done: () => void,
  ) {
    this.channel = cluster.channel(node);
  }

  get isBusy(): boolean {
    return this.busy;
  }

  async fetch(partitions: readonly AssignedPartition[]): Promise<void> {
    this.busy = true;
    for (const partition of partitions) partition.state = 'asked';
    try {
      const answers = await this.ask(partitions);
      for (const partition of partitions) await this.tell(partition, answers.get(partition));
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      for (const partition of partitions) this.outcome(partition, error);
    } finally {
      this.busy = false;
      this.done();
    }
  }

  close(): Promise<void> {
    return this.cluster.closeChannel(this.channel);
  }

  private async ask(partitions: readonly AssignedPartition[]): Promise<PartitionMap<FetchedPartition>> {
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
    const byPartition = new PartitionMap<FetchedPartition>();
    for (const answer of response.partitions) byPartition.set(answer, answer);
    return byPartition;
  }

  private async tell(partition: AssignedPartition, answer: FetchedPartition | undefined): Promise<void> {
    const where = `Fetch of ${partitionName(partition)}`;
    if (answer === undefined)
      return this.outcome(partition, new DriverError('retriable', -1, { what: 'the answer lacks the partition', where }));
    if (answer.errorCode !== ErrorCode.none) return this.outcome(partition, failureOf(answer.errorCode, where));
    try {
      await partition.add(answer);
      this.outcome(partition, undefined);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.outcome(partition, error);
    }
  }
}
