import type { Cancel, Clock } from '@ouzel/core';
import { PartitionMap, type GroupIdentity, type OffsetCommit, type TopicPartition } from '../client/index.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import type { ProducerIdentity } from '../protocol/transactions.js';
import type { Group } from './group.js';
import type { Journal, TransactionEntry } from './journal.js';
import type { Topics } from './topics.js';

export type TransactionVersion = 1 | 2;
type Outcome = 'commit' | 'abort';

/** The longest timeout that a transaction may have, ms (`transaction.max.timeout.ms`). */
const longestTimeoutMs = 900_000;
/** The last epoch that a producer gets; its last markers are one higher. */
const lastEpoch = 32_766;

/** The coordinator's record of a transactional id. */
class Transaction {
  state: TransactionEntry['state'] = 'none';
  partitions = new PartitionMap<TopicPartition>();
  readonly groups = new Set<string>();
  /** The former identity, when the end of the last transaction has changed it. */
  endedUnder: ProducerIdentity | undefined;
  /** Cancels the timeout of the open transaction. */
  cancelTimeout: Cancel = () => {};

  constructor(
    readonly id: string,
    public identity: ProducerIdentity,
    public timeoutMs: number,
  ) {}

  get entry(): TransactionEntry {
    const { id: transactionalId, state, timeoutMs, identity, partitions, groups } = this;
    return {
      kind: 'transaction',
      transactionalId,
      ...identity,
      timeoutMs,
      state,
      partitions: [...partitions.values()],
      groups: [...groups],
    };
  }
}

/** The parts of a cluster that take part in transactions. */
export interface TransactionParticipants {
  readonly clock: Clock;
  readonly topics: Topics;
  group(name: string): Group;
}

/**
 * Gives out producer ids and decides transactions (TransactionCoordinator). Markers are written before the call
 * returns.
 *
 * Under transaction version 2 (KIP-890) each transaction has an epoch of its own, under version 1 the epoch stays.
 */
export class Transactions {
  private readonly byId = new Map<string, Transaction>();
  private nextProducerId = 0;

  constructor(
    private readonly cluster: TransactionParticipants,
    private readonly journal: Journal,
    private readonly version: TransactionVersion,
  ) {}

  get nextId(): number {
    return this.nextProducerId;
  }

  /** Returns the identity of a producer without transactions. */
  newProducer(): ProducerIdentity {
    const producerId = this.nextProducerId++;
    this.journal.write({ kind: 'producer-id', next: this.nextProducerId });
    return { producerId, epoch: 0 };
  }

  /** Fences former producers of the id, aborts what they left open, and returns the identity of the new one. */
  init(transactionalId: string, timeoutMs: number): ProducerIdentity {
    if (timeoutMs <= 0 || timeoutMs > longestTimeoutMs) {
      throw failureOf(ErrorCode.invalidTransactionTimeout, `InitProducerId of ${transactionalId}`);
    }
    let transaction = this.byId.get(transactionalId);
    if (transaction === undefined) {
      this.byId.set(transactionalId, (transaction = new Transaction(transactionalId, this.newProducer(), timeoutMs)));
    } else {
      if (transaction.state === 'ongoing') this.fence(transaction);
      transaction.identity = this.after(transaction.identity);
      transaction.timeoutMs = timeoutMs;
      transaction.state = 'none';
      transaction.endedUnder = undefined;
    }
    this.journal.write(transaction.entry);
    return transaction.identity;
  }

  /** Makes the partition part of the transaction. Must be called before anything is written to it. */
  addPartition(transactionalId: string, identity: ProducerIdentity, { topic, partition }: TopicPartition): void {
    const place = { topic, partition };
    const transaction = this.owned(transactionalId, identity, 'AddPartitionsToTxn');
    if (transaction.state === 'ongoing' && transaction.partitions.has(place)) return;
    this.cluster.topics.log(place, 'AddPartitionsToTxn');
    this.open(transaction);
    transaction.partitions.set(place, place);
    this.journal.write(transaction.entry);
  }

  commitOffsets(transactionalId: string, identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): void {
    const transaction = this.owned(transactionalId, identity, 'AddOffsetsToTxn');
    this.open(transaction);
    transaction.groups.add(member.group);
    this.journal.write(transaction.entry);
    this.cluster.group(member.group).commitPending(identity.producerId, member, offsets);
  }

  /**
   * Ends the transaction, and returns the identity of the next one. A call that is repeated with the same outcome has
   * no further effect; with the other outcome it throws INVALID_TXN_STATE.
   */
  end(transactionalId: string, identity: ProducerIdentity, outcome: Outcome): ProducerIdentity {
    const transaction = this.ownedOrEnded(transactionalId, identity);
    const isRepeated = !isSame(transaction.identity, identity);
    // Under version 2 a transaction in which nothing was written can be aborted: that gives the next epoch.
    const isOpen = transaction.state === 'ongoing' || (this.version === 2 && outcome === 'abort');
    if (!isRepeated && isOpen) this.finish(transaction, outcome);
    else if (transaction.state !== outcome) throw failureOf(ErrorCode.invalidTxnState, `EndTxn of ${transactionalId}`);
    return transaction.identity;
  }

  /** Restores a transaction from its journal entry. One that was open is open again. */
  restore(entry: TransactionEntry): void {
    const { transactionalId, producerId, epoch, timeoutMs, state, partitions, groups } = entry;
    this.byId.get(transactionalId)?.cancelTimeout();
    const transaction = new Transaction(transactionalId, { producerId, epoch }, timeoutMs);
    transaction.state = state;
    transaction.partitions = PartitionMap.of(partitions);
    for (const group of groups) transaction.groups.add(group);
    this.byId.set(transactionalId, transaction);
    this.nextProducerId = Math.max(this.nextProducerId, producerId + 1);
    if (state === 'ongoing') this.scheduleTimeout(transaction);
  }

  /**
   * Completes what was decided when the process ended. A marker that a partition has already is written twice, with no
   * effect.
   */
  resume(): void {
    for (const transaction of this.byId.values()) {
      if (transaction.state === 'committing') this.complete(transaction, 'commit');
      if (transaction.state === 'aborting') this.complete(transaction, 'abort');
    }
  }

  restoreNextProducerId(next: number): void {
    this.nextProducerId = Math.max(this.nextProducerId, next);
  }

  entries(): TransactionEntry[] {
    return [...this.byId.values()].map(({ entry }) => entry);
  }

  close(): void {
    for (const { cancelTimeout } of this.byId.values()) cancelTimeout();
  }

  private open(transaction: Transaction): void {
    if (transaction.state === 'ongoing') return;
    transaction.state = 'ongoing';
    transaction.endedUnder = undefined;
    this.scheduleTimeout(transaction);
  }

  private scheduleTimeout(transaction: Transaction): void {
    transaction.cancelTimeout = this.cluster.clock.schedule(transaction.timeoutMs, () => this.fence(transaction));
  }

  /** Aborts under a higher epoch, so that the producer can not go on. */
  private fence(transaction: Transaction): void {
    this.bumpEpoch(transaction);
    this.decide(transaction, 'abort');
  }

  private finish(transaction: Transaction, outcome: Outcome): void {
    if (this.version === 2) this.bumpEpoch(transaction);
    this.decide(transaction, outcome);
  }

  private bumpEpoch(transaction: Transaction): void {
    const { producerId, epoch } = transaction.identity;
    transaction.endedUnder = transaction.identity;
    transaction.identity = { producerId, epoch: epoch + 1 };
  }

  private decide(transaction: Transaction, outcome: Outcome): void {
    transaction.cancelTimeout();
    transaction.state = outcome === 'commit' ? 'committing' : 'aborting';
    this.journal.write(transaction.entry);
    this.complete(transaction, outcome);
  }

  private complete(transaction: Transaction, outcome: Outcome): void {
    const { identity, partitions, groups } = transaction;
    for (const place of partitions.values()) this.cluster.topics.findLog(place)?.appendMarker(outcome, identity);
    for (const group of groups) this.cluster.group(group).offsets.end(identity.producerId, outcome);
    partitions.clear();
    groups.clear();
    transaction.state = outcome;
    if (identity.epoch > lastEpoch) transaction.identity = this.newProducer();
    this.journal.write(transaction.entry);
    this.journal.trim();
  }

  /** Returns the identity that follows: the next epoch, or another producer id after the last one. */
  private after({ producerId, epoch }: ProducerIdentity): ProducerIdentity {
    return epoch >= lastEpoch ? this.newProducer() : { producerId, epoch: epoch + 1 };
  }

  private owned(transactionalId: string, { producerId, epoch }: ProducerIdentity, request: string): Transaction {
    const where = `${request} of ${transactionalId}`;
    const transaction = this.byId.get(transactionalId);
    if (transaction?.identity.producerId !== producerId) throw failureOf(ErrorCode.invalidProducerIdMapping, where);
    if (transaction.identity.epoch !== epoch) throw failureOf(ErrorCode.producerFenced, where);
    return transaction;
  }

  /** Does what `owned` does. Under version 2 it also accepts the identity before the end of the last transaction. */
  private ownedOrEnded(transactionalId: string, identity: ProducerIdentity): Transaction {
    const transaction = this.byId.get(transactionalId);
    const isRepeated = this.version === 2 && transaction?.endedUnder !== undefined && isSame(transaction.endedUnder, identity);
    return isRepeated ? transaction : this.owned(transactionalId, identity, 'EndTxn');
  }
}

function isSame(one: ProducerIdentity, other: ProducerIdentity): boolean {
  return one.producerId === other.producerId && one.epoch === other.epoch;
}
