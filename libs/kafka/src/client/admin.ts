import type { TopicPartition } from './topic-partition.js';

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
}
export interface NewTopic {
  readonly topic: string;
  /** -1 stands for the broker's default. */
  readonly partitions: number;
  /** -1 stands for the broker's default. */
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}
export type Isolation = 'read_uncommitted' | 'read_committed';
/**
 * The offset to look up in a partition. `{ at }` is the first offset with this timestamp or a later one; when there is
 * none, it is the end. For readers of committed records `latest` is the last stable offset.
 */
export type OffsetQuery = 'earliest' | 'latest' | { readonly at: number };
export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}
export interface CommittedOffset extends TopicPartition {
  /** The next offset to read; -1 when nothing was committed. */
  readonly offset: number;
  readonly metadata: string;
}

/** A member of a group, as its coordinator sees it. */
export interface MemberDescription {
  readonly memberId: string;
  readonly clientId: string;
  /** The address that it comes from. */
  readonly host: string;
}

/** A group of a cluster. */
export interface GroupListing {
  readonly group: string;
  /** `consumer` for groups that share partitions out; empty where a group has offsets only. */
  readonly protocolType: string;
}

/**
 * Administrative requests. A request that fails with `retriable` is sent again, for three times the request timeout;
 * then the failure is thrown.
 */
export interface Admin {
  /** Returns the topics of these names that exist. Without names it returns all topics. */
  topics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>>;
  /** Creates topics. Leaves those that exist as they are. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  /** Deletes topics. One that does not exist is no failure. */
  deleteTopics(names: readonly string[]): Promise<void>;
  /**
   * Adds partitions to a topic until it has `total` of them. Throws when it has as many already. Resolves when every
   * partition has a leader.
   */
  addPartitions(topic: string, total: number): Promise<void>;
  /** Returns the configuration of the topics of these names that exist, with the defaults. */
  topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  listOffsets(partitions: readonly TopicPartition[], query: OffsetQuery, isolation: Isolation): Promise<readonly PartitionOffset[]>;
  /** Deletes the records before these offsets (DeleteRecords). */
  deleteRecords(before: readonly PartitionOffset[]): Promise<void>;
  /**
   * Returns the committed offsets of a group. Waits until no open transaction can change them (KIP-447: require
   * stable).
   */
  committedOffsets(group: string, partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /** Returns the groups of the cluster that this client may see. */
  groups(): Promise<readonly GroupListing[]>;
  /** Returns the members of a group; none where there is no such group. */
  groupMembers(group: string): Promise<readonly MemberDescription[]>;
  /** Commits offsets for a group that has no members. Throws `rejoin` while it has some. */
  commitOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void>;
  /**
   * Removes a member whose process is known to be gone, so that its group need not wait for the end of its session.
   * Does nothing for an unknown member.
   */
  removeMember(group: string, memberId: string): Promise<void>;
}
