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
  /** Asked before each request. Default: the producer may always write. */
  readonly permit?: WritePermit;
}

/** Options of a producer that writes in transactions. */
export interface TransactionalProducerOptions extends ProducerOptions {
  readonly transactionalId: string;
  /** How long a transaction may take before the cluster aborts it, ms. Default: 10 s. */
  readonly transactionTimeoutMs?: number;
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
 * Writes records in batches, idempotently: up to 5 requests in flight per broker, in order per partition. `send` never blocks; ask `bufferedBytes` for
 * back-pressure. After a record failed for good, those behind it in its partition are still tried.
 */
export interface Producer {
  send(record: ProducerRecord): void;
  readonly bufferedBytes: number;
  /** Returns a place for records that are to wait for others. */
  hold(): HeldRecords;
  /** Fails what was sent and is not written yet. What is in a request already fails only if Kafka did not write it. */
  discard(reason: DriverError): void;
  /** Sends without waiting for linger. Resolves when all that was sent before the call is written or has failed. */
  flush(): Promise<void>;
  /** Sends what is left, unless the time runs out. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Writes records and offsets in transactions, one after the other (KIP-98, KIP-447). Records that are sent while none is open belong to the next.
 *
 * Failures of its calls are DriverErrors whose kind says what is left to do: `abortable`: abort the transaction, and go on from the last commit; `fenced`: another
 * producer has the transactional id, and only `initTransactions` takes it back; `rejoin`: the member that the offsets are committed for has lost its place;
 * `fatal`: tell the user.
 */
export interface TransactionalProducer extends Producer {
  /** Takes the transactional id: fences the producers that had it, and aborts what they left open. */
  initTransactions(): Promise<void>;
  /** Throws `fenced`, and `fatal` where the calls are out of order. */
  beginTransaction(): void;
  /** Adds offsets to the transaction, in the name of a member of their group. */
  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void>;
  /** Writes what was sent, and commits. Resolves only when the outcome is known to be a commit; a lost answer is asked for again. */
  commitTransaction(): Promise<void>;
  /** Aborts the transaction, and fails what it has not written. */
  abortTransaction(): Promise<void>;
}

/** Records that a producer keeps back, encoded. What is never released is never sent, and nobody is told of it. */
export interface HeldRecords {
  /** What they take. */
  readonly bytes: number;
  send(record: ProducerRecord): void;
  /** Sends them, behind what was sent to their partitions before. Called once. */
  release(): void;
}
