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

/** The default of `transactionTimeoutMs`: that of Kafka's producers. */
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
 * - `indefinite`: Kafka did not tell the outcome of the transaction within `deliveryTimeoutMs`. Close this producer, or
 *   call `initTransactions` again; the committed offsets tell the outcome then.
 * - `fatal`: the cluster refuses the request (`OUZEL_UNAUTHORIZED`, `OUZEL_DRIVER`), is too old
 *   (`OUZEL_BROKER_VERSION`), or the call is not allowed now (`OUZEL_STATE_TRANSITION`).
 */
export interface TransactionalProducer extends Producer {
  /**
   * Takes over the transactional id: fences its former producers, and aborts the transaction that they left open. Must
   * be the first call, and may be called again after any failure. Tries again until the cluster responds. Records that
   * are not written fail with `abortable`.
   */
  initTransactions(): Promise<void>;
  /** Opens a transaction. Kafka hears of it with the first record or offset. */
  beginTransaction(): void;
  /**
   * Makes the offsets part of the transaction (KIP-447). Offsets of topics that are gone are left out. The broker
   * checks the member, unless its generation is -1 and its id is empty.
   */
  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void>;
  /** Writes the records that were sent, and commits. Resolves when Kafka has committed the transaction. */
  commitTransaction(): Promise<void>;
  /**
   * Aborts. All records that are not written fail with `abortable`, also those that were sent for the next transaction.
   */
  abortTransaction(): Promise<void>;
}
