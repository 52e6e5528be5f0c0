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
/** `{ at }`: the first offset with this timestamp or later (the end when there is none). `latest` is the last stable offset when read committed. */
export type OffsetQuery = 'earliest' | 'latest' | { readonly at: number };
export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}
export interface CommittedOffset extends TopicPartition {
  /** The next offset to read; -1 when nothing was committed. */
  readonly offset: number;
  readonly metadata: string;
}

/** Requests that belong to no loop. Retriable failures are retried inside until the request timeout has passed three times; then they are thrown. */
export interface Admin {
  /** Those of the topics that exist; all when no names are given. */
  topics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>>;
  /** Topics that exist already are left alone. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Lets a topic have so many partitions in all: more than it has. Resolves when every partition has a leader. */
  addPartitions(topic: string, total: number): Promise<void>;
  topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  listOffsets(partitions: readonly TopicPartition[], query: OffsetQuery, isolation: Isolation): Promise<readonly PartitionOffset[]>;
  /** Removes what lies before the offsets (DeleteRecords). */
  deleteRecords(before: readonly PartitionOffset[]): Promise<void>;
  /** Waits out pending transactional offsets (KIP-447, require stable). */
  committedOffsets(group: string, partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /** Takes a member out of its group, whose process is known to be gone, so that nobody waits out its session. One that the group does not know is left alone. */
  removeMember(group: string, memberId: string): Promise<void>;
}
