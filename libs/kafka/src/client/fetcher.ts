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

/** A part of the result of `take`: records of one partition, or the failure that ended it. */
export interface Fetched extends TopicPartition {
  readonly records: readonly ConsumerRecord[];
  /** The offset to go on from. It is past control records, aborted records, and records that compaction removed. */
  readonly nextOffset: number;
  /**
   * Set when nothing more can be read until the partition is assigned again: `out-of-range`, `missing` or `fatal`.
   * Returned once.
   */
  readonly error: DriverError | undefined;
}

/**
 * Reads partitions without a group. It fetches in the background, and buffers records until they are taken. It repeats
 * requests that fail with `retriable`; see `KafkaDriver.onConnectivity`.
 */
export interface Fetcher {
  /** Reads a partition from this offset on. A second call moves to another offset, and forgets what was buffered. */
  assign(partition: TopicPartition, offset: number): void;
  unassign(partition: TopicPartition): void;
  /** Stops fetching the partition. Its buffered records are kept, and returned after `resume`. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /**
   * Returns records that have arrived, about `maxRecords` in all, with an equal share for each partition. Returns an
   * empty array when there are none.
   */
  take(maxRecords: number): readonly Fetched[];
  /** Resolves when `take` has something to return, when `wake` is called, or after `ms`. */
  wait(ms: number): Promise<void>;
  wake(): void;
  /**
   * Returns the end of the partition according to the last response: the high watermark, or the last stable offset for
   * readers of committed records. Returns undefined before the first response.
   */
  endOffset(partition: TopicPartition): number | undefined;
  close(): Promise<void>;
}
