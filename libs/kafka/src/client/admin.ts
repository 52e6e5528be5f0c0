import type { TopicPartition } from './topic-partition.js';

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
}
export interface NewTopic {
  readonly topic: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}
export type Isolation = 'read_uncommitted' | 'read_committed';
/**
 * Which offset of a partition is asked for. `{ at }` is the first offset with this timestamp or a later one, and the
 * end when there is none. `latest` is the last stable offset when read committed.
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

/**
 * Administrative requests. A retriable failure is retried until the request timeout has passed three times, and then
 * thrown.
 */
export interface Admin {
  /** Returns those of the topics that exist; all when no names are given. */
  topics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>>;
  /** Creates topics. Leaves those that exist as they are. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  /** Deletes topics. One that does not exist is no failure. */
  deleteTopics(names: readonly string[]): Promise<void>;
  /**
   * Gives a topic partitions until it has `total`, which must be more than it has. Resolves when every partition has a
   * leader.
   */
  addPartitions(topic: string, total: number): Promise<void>;
  /** Returns the configuration of those of the topics that exist, defaults included. */
  topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  listOffsets(partitions: readonly TopicPartition[], query: OffsetQuery, isolation: Isolation): Promise<readonly PartitionOffset[]>;
  /** Deletes the records before these offsets (DeleteRecords). */
  deleteRecords(before: readonly PartitionOffset[]): Promise<void>;
  /**
   * Returns what a group has committed. Waits for the end of transactions that may still change it (KIP-447, require
   * stable).
   */
  committedOffsets(group: string, partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /**
   * Removes a member whose process is known to be gone, so that its group need not wait for the end of its session.
   * Does nothing for an unknown member.
   */
  removeMember(group: string, memberId: string): Promise<void>;
}
