import type { GroupIdentity, OffsetCommit, Producer, ProducerOptions } from './producer.js';

export interface TransactionalProducerOptions extends ProducerOptions {
  /** Kafka lets one producer at a time write under this name. */
  readonly transactionalId: string;
  /**
   * How long a transaction may be open until the broker aborts it, ms; at most `transaction.max.timeout.ms` of the
   * broker.
   */
  readonly transactionTimeoutMs: number;
}

/**
 * Writes records and committed offsets in transactions: readers of committed records see all of a transaction, or
 * nothing of it.
 *
 * One transaction is open at a time. Records that are sent while none is open, or while one ends, are part of the next
 * one and wait for its `begin`. A transaction in which nothing is written costs no request.
 *
 * Calls throw a DriverError, whose kind says how to go on:
 *
 * - `abortable`: call `abort`, then `begin`.
 * - `rejoin`: the group does not know the member that commits. Call `abort`, and join the group.
 * - `fenced`: another producer took over the transactional id, or the transaction exceeded its timeout. Close this
 *   producer, or call `init` again.
 * - `indefinite`: the outcome of the transaction did not become known within `deliveryTimeoutMs`. Close this producer,
 *   or call `init` again; ask for the committed offsets then, to find out.
 * - `fatal`: the cluster refuses (`OUZEL_UNAUTHORIZED`), has no such transactions (`OUZEL_BROKER_VERSION`), or the call
 *   is not allowed now (`OUZEL_STATE_TRANSITION`).
 */
export interface TransactionalProducer extends Producer {
  /**
   * Takes over the transactional id: fences former producers of it, and ends the transaction that they left open. Must
   * be the first call. Tries again until the cluster answers.
   */
  init(): Promise<void>;
  /** Opens a transaction. */
  begin(): void;
  /** Makes the offsets part of the transaction (KIP-447). */
  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void>;
  /** Writes what was sent, and commits. Resolves when the transaction is known to be committed. */
  commit(): Promise<void>;
  /**
   * Aborts. All that was sent before and is not written fails with `abortable`, the records of the next transaction
   * too.
   */
  abort(): Promise<void>;
}
