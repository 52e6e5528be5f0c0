import type { GroupIdentity, OffsetCommit, Producer, ProducerOptions } from './producer.js';

export interface TransactionalProducerOptions extends ProducerOptions {
  /** Kafka lets one producer at a time write under this name. */
  readonly transactionalId: string;
  /**
   * How long a transaction may be open until the broker aborts it, ms; at most `transaction.max.timeout.ms` of the
   * broker. Default: 60,000.
   */
  readonly transactionTimeoutMs?: number;
}

/** How long a transaction may be open, ms, when its producer does not say. */
export const defaultTransactionTimeoutMs = 60_000;

/** Returns whether the options are those of a transactional producer. */
export function isTransactional(options: ProducerOptions): options is TransactionalProducerOptions {
  return 'transactionalId' in options && options.transactionalId !== undefined;
}

/**
 * Writes records and committed offsets in transactions: readers of committed records see all of a transaction, or
 * nothing of it.
 *
 * One transaction is open at a time. Records that are sent while none is open, or while one ends, are part of the next
 * one and wait for its `beginTransaction`. A transaction in which nothing is written costs no request.
 *
 * Calls throw a DriverError, whose kind says how to go on:
 *
 * - `abortable`: call `abortTransaction`, then `beginTransaction`.
 * - `rejoin`: the group does not know the member that commits. Call `abortTransaction`, and join the group.
 * - `fenced`: another producer took over the transactional id, or the transaction exceeded its timeout. Close this
 *   producer, or call `initTransactions` again.
 * - `indefinite`: the outcome of the transaction did not become known within `deliveryTimeoutMs`. Close this producer,
 *   or call `initTransactions` again; ask for the committed offsets then, to find out.
 * - `fatal`: the cluster refuses (`OUZEL_UNAUTHORIZED`), has no such transactions (`OUZEL_BROKER_VERSION`), or the call
 *   is not allowed now (`OUZEL_STATE_TRANSITION`).
 */
export interface TransactionalProducer extends Producer {
  /**
   * Takes over the transactional id: fences former producers of it, and ends the transaction that they left open. Must
   * be the first call. Tries again until the cluster answers.
   */
  initTransactions(): Promise<void>;
  /** Opens a transaction. */
  beginTransaction(): void;
  /** Makes the offsets part of the transaction (KIP-447). */
  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void>;
  /** Writes what was sent, and commits. Resolves when the transaction is known to be committed. */
  commitTransaction(): Promise<void>;
  /**
   * Aborts. All that was sent before and is not written fails with `abortable`, the records of the next transaction
   * too.
   */
  abortTransaction(): Promise<void>;
}
