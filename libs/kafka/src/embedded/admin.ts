import { DriverError } from '../client/index.js';
import type {
  Admin,
  CommittedOffset,
  Isolation,
  GroupListing,
  MemberDescription,
  NewTopic,
  OffsetQuery,
  PartitionOffset,
  TopicDescription,
  TopicPartition,
} from '../client/index.js';
import type { Cluster } from './cluster.js';
import { closedFailure } from './closed-failure.js';

/** Carries out administrative requests on the cluster, at once. */
export class EmbeddedAdmin implements Admin {
  constructor(
    private readonly cluster: Cluster,
    private readonly closing: AbortSignal,
  ) {}

  async topics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>> {
    const found = new Map<string, TopicDescription>();
    for (const { topic, partitions } of this.cluster.topics.all()) {
      if (names === undefined || names.includes(topic)) found.set(topic, { topic, partitions });
    }
    return Promise.resolve(found);
  }

  async createTopics(topics: readonly NewTopic[]): Promise<void> {
    this.cluster.createTopics(topics);
    return Promise.resolve();
  }

  async deleteTopics(names: readonly string[]): Promise<void> {
    for (const name of names) if (this.cluster.topics.find(name) !== undefined) this.cluster.deleteTopic(name);
    return Promise.resolve();
  }

  async addPartitions(topic: string, total: number): Promise<void> {
    this.cluster.topics.addPartitions(topic, total);
    return Promise.resolve();
  }

  async topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    const found = new Map<string, Readonly<Record<string, string>>>();
    for (const name of names) {
      const topic = this.cluster.topics.find(name);
      if (topic !== undefined) found.set(name, topic.config.all);
    }
    return Promise.resolve(found);
  }

  async listOffsets(partitions: readonly TopicPartition[], query: OffsetQuery, isolation: Isolation): Promise<readonly PartitionOffset[]> {
    const list = partitions.map(({ topic, partition }) => {
      const log = this.cluster.topics.log({ topic, partition }, 'ListOffsets');
      const end = log.endFor(isolation);
      if (query === 'earliest') return { topic, partition, offset: log.startOffset };
      if (query === 'latest') return { topic, partition, offset: end };
      return { topic, partition, offset: Math.min(log.offsetAt(query.at) ?? end, end) };
    });
    return Promise.resolve(list);
  }

  async deleteRecords(before: readonly PartitionOffset[]): Promise<void> {
    for (const { topic, partition, offset } of before) this.cluster.topics.deleteRecords({ topic, partition }, offset);
    return Promise.resolve();
  }

  async groups(): Promise<readonly GroupListing[]> {
    return Promise.resolve(this.cluster.groupNames().map((group) => ({ group, protocolType: 'consumer' })));
  }

  async groupMembers(group: string): Promise<readonly MemberDescription[]> {
    return Promise.resolve(this.cluster.group(group).describe());
  }

  async commitOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void> {
    this.cluster.group(group).commit({ group, generation: -1, memberId: '', instanceId: undefined }, offsets);
    return Promise.resolve();
  }

  async removeMember(group: string, memberId: string): Promise<void> {
    try {
      this.cluster.group(group).leave(memberId, undefined);
    } catch (thrown) {
      if (!(thrown instanceof DriverError && thrown.kind === 'rejoin')) throw thrown;
    }
  }

  async committedOffsets(group: string, partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    const { offsets } = this.cluster.group(group);
    while (offsets.isUnstable(partitions)) {
      await Promise.race([offsets.transactionEnd(), closed(this.closing)]);
    }
    return offsets.fetch(partitions);
  }
}

function closed(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(closedFailure('OffsetFetch'));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}
