import {
  partitionName,
  type Admin,
  type CommittedOffset,
  type GroupListing,
  type Isolation,
  type MemberDescription,
  type NewTopic,
  type OffsetQuery,
  type PartitionOffset,
  type TopicDescription,
  type TopicPartition,
} from '../client/index.js';
import type { Channel } from './connection/channel.js';
import type { Cluster } from './connection/cluster.js';
import { NodeChannels } from './connection/node-channels.js';
import { askLeaders, type LeaderRequest } from './connection/partition-requests.js';
import { offsetCommit, offsetFetch } from '../protocol/committed-offsets.js';
import { describeGroups } from '../protocol/describe-groups.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import { listGroups } from '../protocol/list-groups.js';
import { leaveGroup } from '../protocol/membership.js';
import { deleteRecords, listOffsets, Timestamp, type LogOffset } from '../protocol/log-offsets.js';
import { createPartitions, createTopics, deleteTopics, describeConfigs } from '../protocol/topics.js';
import { retrying, type RetryLimits } from './connection/retry.js';

/** Sends the administrative requests, over connections of their own. */
export class KafkajsAdmin implements Admin {
  private readonly channels: NodeChannels;
  private readonly limits: RetryLimits;

  constructor(private readonly cluster: Cluster) {
    this.channels = new NodeChannels(cluster);
    this.limits = { signal: cluster.closing.signal, timeoutMs: 3 * cluster.requestTimeoutMs };
  }

  async topics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>> {
    if (names?.length === 0) return new Map();
    return this.retrying(async () => {
      const response = await this.cluster.metadata(names);
      const found = new Map<string, TopicDescription>();
      for (const { topic, errorCode, internal, partitions } of response.topics) {
        if (errorCode === ErrorCode.unknownTopicOrPartition || (names === undefined && internal)) continue;
        if (errorCode !== ErrorCode.none) throw failureOf(errorCode, `Metadata of ${topic}`);
        found.set(topic, { topic, partitions: partitions.length });
      }
      return found;
    });
  }

  /** Resolves when every partition has a leader. */
  async createTopics(topics: readonly NewTopic[]): Promise<void> {
    if (topics.length === 0) return;
    await this.retrying(async () => {
      const results = await this.anyBroker().request(createTopics, { topics, timeoutMs: this.cluster.requestTimeoutMs });
      for (const { topic, errorCode, message } of results) {
        if (errorCode === ErrorCode.none || errorCode === ErrorCode.topicAlreadyExists) continue;
        throw failureOf(errorCode, `CreateTopics of ${topic}`, undefined, message);
      }
    });
    await this.waitForLeaders(
      topics.map(({ topic }) => topic),
      1,
    );
  }

  async addPartitions(topic: string, total: number): Promise<void> {
    await this.retrying(async () => {
      const results = await this.anyBroker().request(createPartitions, { topic, total, timeoutMs: this.cluster.requestTimeoutMs });
      for (const { errorCode, message } of results) {
        if (errorCode !== ErrorCode.none) throw failureOf(errorCode, `CreatePartitions of ${topic}`, undefined, message);
      }
    });
    await this.waitForLeaders([topic], total);
  }

  /** Resolves when the brokers no longer list the topics. A topic that does not exist is no failure. */
  async deleteTopics(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.retrying(async () => {
      const results = await this.anyBroker().request(deleteTopics, { topics: names, timeoutMs: this.cluster.requestTimeoutMs });
      for (const { topic, errorCode } of results) {
        if (errorCode === ErrorCode.none || errorCode === ErrorCode.unknownTopicOrPartition) continue;
        throw failureOf(errorCode, `DeleteTopics of ${topic}`);
      }
    });
    await this.retrying(async () => {
      await this.cluster.refresh(names);
      const left = names.find((name) => this.cluster.topic(name)?.errorCode === ErrorCode.none);
      if (left !== undefined) throw failureOf(ErrorCode.leaderNotAvailable, `Metadata of ${left}`);
    });
  }

  async topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
    if (names.length === 0) return new Map();
    return this.retrying(async () => {
      const results = await this.anyBroker().request(describeConfigs, { topics: names });
      const configs = new Map<string, Readonly<Record<string, string>>>();
      for (const { topic, errorCode, message, config } of results) {
        if (errorCode === ErrorCode.unknownTopicOrPartition) continue;
        if (errorCode !== ErrorCode.none) throw failureOf(errorCode, `DescribeConfigs of ${topic}`, undefined, message);
        configs.set(topic, config);
      }
      return configs;
    });
  }

  async listOffsets(partitions: readonly TopicPartition[], query: OffsetQuery, isolation: Isolation): Promise<readonly PartitionOffset[]> {
    if (query === 'earliest') return this.offsetsAt(partitions, Timestamp.earliest, isolation);
    if (query === 'latest') return this.offsetsAt(partitions, Timestamp.latest, isolation);
    const found = await this.offsetsAt(partitions, query.at, isolation);
    const beyond = found.filter(({ offset }) => offset < 0);
    const ends = await this.offsetsAt(beyond, Timestamp.latest, isolation);
    return [...found.filter(({ offset }) => offset >= 0), ...ends];
  }

  async deleteRecords(before: readonly PartitionOffset[]): Promise<void> {
    const timeoutMs = this.cluster.requestTimeoutMs;
    await this.askLeaders(before, {
      name: 'DeleteRecords',
      send: (channel, list) => channel.request(deleteRecords, { before: list, timeoutMs }),
    });
  }

  async committedOffsets(group: string, partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]> {
    if (partitions.length === 0) return [];
    return this.retrying(async () => {
      const coordinator = await this.cluster.findCoordinator('group', group);
      const { errorCode, offsets } = await this.channels.to(coordinator).request(offsetFetch, { group, partitions });
      if (errorCode !== ErrorCode.none) throw failureOf(errorCode, `OffsetFetch of ${group}`);
      const failed = offsets.find((offset) => offset.errorCode !== ErrorCode.none);
      if (failed !== undefined) throw failureOf(failed.errorCode, `OffsetFetch of ${group} for ${partitionName(failed)}`);
      return offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata }));
    });
  }

  /** Each broker knows the groups that it coordinates. */
  async groups(): Promise<readonly GroupListing[]> {
    return this.retrying(async () => {
      const { brokers } = await this.cluster.metadata([]);
      const answers = await Promise.all(brokers.map(({ nodeId }) => this.channels.to(nodeId).request(listGroups, undefined)));
      const failed = answers.find(({ errorCode }) => errorCode !== ErrorCode.none);
      if (failed !== undefined) throw failureOf(failed.errorCode, 'ListGroups');
      return answers.flatMap(({ groups }) => groups);
    });
  }

  async groupMembers(group: string): Promise<readonly MemberDescription[]> {
    return this.retrying(async () => {
      const coordinator = await this.cluster.findCoordinator('group', group);
      const { errorCode, members } = await this.channels.to(coordinator).request(describeGroups, { group });
      if (errorCode !== ErrorCode.none) throw failureOf(errorCode, `DescribeGroups of ${group}`);
      return members;
    });
  }

  async commitOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void> {
    if (offsets.length === 0) return;
    await this.retrying(async () => {
      const coordinator = await this.cluster.findCoordinator('group', group);
      const identity = { group, generation: -1, memberId: '', instanceId: undefined };
      const results = await this.channels.to(coordinator).request(offsetCommit, { identity, offsets });
      const failed = results.find(({ errorCode }) => errorCode !== ErrorCode.none);
      if (failed !== undefined) throw failureOf(failed.errorCode, `OffsetCommit of ${group} for ${partitionName(failed)}`);
    });
  }

  async removeMember(group: string, memberId: string): Promise<void> {
    await this.retrying(async () => {
      const coordinator = await this.cluster.findCoordinator('group', group);
      const { errorCode } = await this.channels
        .to(coordinator)
        .request(leaveGroup, { group, memberId, instanceId: null, reason: 'its process is gone' });
      if (errorCode !== ErrorCode.none && errorCode !== ErrorCode.unknownMemberId) throw failureOf(errorCode, `LeaveGroup of ${group}`);
    });
  }

  async close(): Promise<void> {
    await this.channels.close();
  }

  private async offsetsAt(partitions: readonly TopicPartition[], timestamp: number, isolation: Isolation): Promise<PartitionOffset[]> {
    const offsets = await this.askLeaders(partitions, {
      name: 'ListOffsets',
      send: (channel, list) => channel.request(listOffsets, { isolation, timestamp, partitions: list }),
    });
    return offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset }));
  }

  private askLeaders<P extends TopicPartition>(partitions: readonly P[], request: LeaderRequest<P, LogOffset>): Promise<LogOffset[]> {
    if (partitions.length === 0) return Promise.resolve([]);
    return askLeaders(this.cluster, this.channels, this.limits, partitions, request);
  }

  private async waitForLeaders(topics: readonly string[], leastPartitions: number): Promise<void> {
    await this.retrying(async () => {
      await this.cluster.refresh(topics);
      const waiting = topics.find((topic) => !this.isLed(topic, leastPartitions));
      if (waiting !== undefined) throw failureOf(ErrorCode.leaderNotAvailable, `Metadata of ${waiting}`);
    });
  }

  private isLed(topic: string, leastPartitions: number): boolean {
    const known = this.cluster.topic(topic);
    if (known === undefined || known.errorCode !== ErrorCode.none || known.partitions.length < leastPartitions) return false;
    return known.partitions.every(({ leader }) => leader >= 0);
  }

  /**
   * Returns a channel for requests that only the controller carries out. It leads to the controller when that is known.
   * KRaft brokers pass such requests on to it; older ones do not.
   */
  private anyBroker(): Channel {
    return this.channels.to(this.cluster.anyNode());
  }

  private retrying<T>(attempt: () => Promise<T>): Promise<T> {
    let refresh = this.cluster.anyNode() < 0;
    return retrying(this.cluster.ports, this.limits, async () => {
      if (refresh) await this.cluster.refresh([]);
      refresh = true;
      return attempt();
    });
  }
}
