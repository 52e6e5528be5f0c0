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
  /** Checked before each request. Default: the producer may always write. */
  readonly permit?: WritePermit;
}

/** Permission to write. A producer must not write while another process may have taken over its work. */
export interface WritePermit {
  readonly isConfirmed: boolean;
  /**
   * Resolves when the permit is confirmed. Rejects when it is lost: then the producer keeps its records until `discard`
   * is called.
   */
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
 * `send` never blocks: use `bufferedBytes` for back-pressure. After a record has failed for good, the producer still
 * writes those behind it in its partition.
 */
export interface Producer {
  send(record: ProducerRecord): void;
  /** Bytes of the records whose outcome is not known yet. */
  readonly bufferedBytes: number;
  /** Creates a buffer for records that must be written after others. */
  hold(): HeldRecords;
  /** Fails the records that are not written. A record in a request under way fails only if Kafka does not write it. */
  discard(reason: DriverError): void;
  /**
   * Sends without waiting for `lingerMs`. Resolves when every record that was sent before the call is written or has
   * failed.
   */
  flush(): Promise<void>;
  /** Writes the remaining records within this time, ms. Those that are not written by then fail with `closed`. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Encoded records that a producer keeps back. Until `release` is called they are not sent, and their deliveries are not
 * called.
 */
export interface HeldRecords {
  /** Size of the records in memory. */
  readonly bytes: number;
  send(record: ProducerRecord): void;
  /** Sends the records, behind those that were sent to their partitions before. May be called once. */
  release(): void;
}
