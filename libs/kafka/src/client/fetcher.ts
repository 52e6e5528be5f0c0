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

/** What `take` gives of one partition: records, or what is wrong with it. */
export interface Fetched extends TopicPartition {
  readonly records: readonly ConsumerRecord[];
  /** From the batch headers, so also past control, aborted and compacted records. */
  readonly nextOffset: number;
  /** `out-of-range`: reassign at another offset. `missing` and `fatal` are reported once until reassigned. */
  readonly error: DriverError | undefined;
}

/**
 * Reads partitions without a group: long polls in the background, one response ahead per broker, per-partition buffers. Retriable failures are waited
 * out inside (see `KafkaDriver.onConnectivity`).
 */
export interface Fetcher {
  /** Reads from this offset on; again: seeks, and forgets what was buffered. */
  assign(partition: TopicPartition, offset: number): void;
  unassign(partition: TopicPartition): void;
  /** Keeps what is buffered but hands nothing out and fetches no more. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** What has arrived, decoded, about `maxRecords` in all, fairly over partitions. Empty when there is nothing. */
  take(maxRecords: number): readonly Fetched[];
  /** Resolves when `take` has something to give, when `wake` is called, or after `ms`. */
  wait(ms: number): Promise<void>;
  wake(): void;
  /** End of the partition as last heard (high watermark, or last stable offset when read committed); undefined before the first answer. */
  endOffset(partition: TopicPartition): number | undefined;
  close(): Promise<void>;
}
