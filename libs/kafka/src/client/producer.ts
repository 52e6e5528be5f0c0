import type { DriverError } from './failures.js';
import type { ProducerRecord } from './records.js';
import type { TopicPartition } from './topic-partition.js';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface ProducerOptions {
  /** How long a batch may wait for more records, ms. */
  readonly lingerMs: number;
  /** Most bytes of a batch, before compression. A record that is larger gets a batch of its own. */
  readonly batchSize: number;
  /** Most bytes of a request. A record that does not fit fails. */
  readonly maxRequestSize: number;
  readonly compression: Compression;
  /** How long the producer may try to write a record, ms. */
  readonly deliveryTimeoutMs: number;
  /** Asked before each request. Default: the producer may always write. */
  readonly permit?: WritePermit;
}

/** Says whether a producer may write: not while another process may have taken over the work that it writes for. */
export interface WritePermit {
  readonly isConfirmed: boolean;
  /** Finds out. Rejects when the permit is lost; what was sent before then waits to be discarded. */
  confirm(): Promise<void>;
}

export interface OffsetCommit extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
  readonly metadata: string;
}

/** The member in whose name offsets are committed. The broker refuses those of a member that lost its partitions. */
export interface GroupIdentity {
  readonly group: string;
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | undefined;
}

/**
 * Writes records in batches, each of them once (idempotent), and in the order in which they were sent to their
 * partition. Up to five requests are in flight per broker.
 *
 * `send` never blocks; ask `bufferedBytes` for back-pressure. After a record failed for good, those behind it in its
 * partition are still tried.
 */
export interface Producer {
  send(record: ProducerRecord): void;
  /** Bytes of the records that were sent and whose outcome is not known yet. */
  readonly bufferedBytes: number;
  /** Creates a place for records that are to wait for others. */
  hold(): HeldRecords;
  /** Fails what was sent and is not written. What is part of a request fails only if Kafka did not write it. */
  discard(reason: DriverError): void;
  /**
   * Sends without waiting for linger. Resolves when the outcome of all that was sent before the call is known, good or
   * bad.
   */
  flush(): Promise<void>;
  /** Sends what is left until the time runs out, ms; the rest fails with `closed`. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Records that a producer keeps back, encoded. Without a release they are never sent, nor are their deliveries called.
 */
export interface HeldRecords {
  /** Bytes that they take. */
  readonly bytes: number;
  send(record: ProducerRecord): void;
  /** Sends them, behind what was sent to their partitions before. May be called once. */
  release(): void;
}
