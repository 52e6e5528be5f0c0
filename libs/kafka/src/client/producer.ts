import type { DriverError } from './failures.js';
import type { ProducerRecord } from './records.js';
import type { TopicPartition } from './topic-partition.js';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
export interface ProducerOptions {
  /** How long a batch may wait for more records, ms. */
  readonly lingerMs: number;
  readonly batchSize: number;
  readonly maxRequestSize: number;
  readonly compression: Compression;
  /** How long a record may be retried, ms. */
  readonly deliveryTimeoutMs: number;
  /** Set for exactly once. */
  readonly transactionalId?: string;
  readonly transactionTimeoutMs?: number;
  /** Asked before each request. Default: the producer may always write. */
  readonly permit?: WritePermit;
}

/** Says whether a producer may write: not while another process may have taken over what it works for. */
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

/** Who commits: checked by the broker, so that a member that lost its partitions can not commit them. */
export interface GroupIdentity {
  readonly group: string;
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | undefined;
}

/**
 * Writes records in batches, idempotently: up to 5 requests in flight per broker, order kept per partition. `send` never blocks; ask `bufferedBytes` for back-pressure.
 * After a record failed for good, those behind it in its partition are still tried.
 */
export interface Producer {
  send(record: ProducerRecord): void;
  readonly bufferedBytes: number;
  /** For records that are to wait for others. */
  hold(): HeldRecords;
  /** Fails what was sent and is not written yet. What is in a request already fails only if Kafka did not write it. */
  discard(reason: DriverError): void;
  /** Sends without waiting for linger; resolves when all that was sent before the call has been answered, well or badly. */
  flush(): Promise<void>;
  /** Fences former producers of the transactional id. */
  initTransactions(): Promise<void>;
  beginTransaction(): void;
  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void>;
  /** Resolves only when the outcome is known to be a commit; a lost answer is asked for again. */
  commitTransaction(): Promise<void>;
  abortTransaction(): Promise<void>;
  /** Sends what is left, unless the time runs out. */
  close(timeoutMs: number): Promise<void>;
}

/** Records that a producer keeps back, encoded. What is never released is never sent, and nobody is told of it. */
export interface HeldRecords {
  /** What they take. */
  readonly bytes: number;
  send(record: ProducerRecord): void;
  /** Sends them, behind what was sent to their partitions before. Called once. */
  release(): void;
}
