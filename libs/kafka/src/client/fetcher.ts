import type { Isolation } from './admin.js';
import type { DriverError } from './failures.js';
import type { ConsumerRecord } from './records.js';
import type { TopicPartition } from './topic-partition.js';

export interface FetcherOptions {
  readonly isolation: Isolation;
  /** How long the broker may hold an empty fetch, ms. */
  readonly maxWaitMs: number;
  /** Most bytes of one response. */
  readonly maxBytes: number;
}

/** What `take` returns of one partition: records, or why there are none. */
export interface Fetched extends TopicPartition {
  readonly records: readonly ConsumerRecord[];
  /** The offset to go on from, also past control records, aborted records, and records that compaction removed. */
  readonly nextOffset: number;
  /**
   * Set when nothing more can be read until the partition is assigned again: `out-of-range`, `missing` or `fatal`.
   * Returned once.
   */
  readonly error: DriverError | undefined;
}

/**
 * Reads partitions without a group. It polls in the background, and keeps what has arrived until it is taken. It waits
 * out retriable failures by itself, see `KafkaDriver.onConnectivity`.
 */
export interface Fetcher {
  /** Reads a partition from this offset on. A second call moves to another offset, and forgets what was buffered. */
  assign(partition: TopicPartition, offset: number): void;
  unassign(partition: TopicPartition): void;
  /** Keeps what is buffered, but returns nothing of it and fetches no more until `resume`. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /**
   * Returns what has arrived, about `maxRecords` in all, with an equal share for each partition. Empty when there is
   * nothing.
   */
  take(maxRecords: number): readonly Fetched[];
  /** Resolves when `take` has something to return, when `wake` is called, or after `ms`. */
  wait(ms: number): Promise<void>;
  wake(): void;
  /**
   * Returns the end of the partition as of the last response: the high watermark, or the last stable offset when read
   * committed. Undefined before the first.
   */
  endOffset(partition: TopicPartition): number | undefined;
  close(): Promise<void>;
}
