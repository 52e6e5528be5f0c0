import type { Cancel, Clock } from '@ouzel/core';
import type { GroupIdentity, OffsetCommit, TopicPartition } from '../client/index.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import type { Group } from './group.js';
import type { Journal, TransactionEntry } from './journal.js';
import type { Topics } from './topics.js';

const invalidProducerIdMapping = 49;
const producerFenced = 90;
const lastEpoch = 32_766;

/** A producer in the name of which is written. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly epoch: number;
}

interface Transaction {
  producerId: number;
  epoch: number;
  timeoutMs: number;
  state: TransactionEntry['state'];
  readonly partitions: Map<string, TopicPartition>;
  readonly groups: Set<string>;
  expire: Cancel;
}

/** The parts of a cluster that take part in transactions. */
export interface TransactionParticipants {
  readonly clock: Clock;
  readonly topics: Topics;
  group(name: string): Group;
}

/** Gives out producer ids and decides transactions (TransactionCoordinator). Markers are written before the call returns. */
export class Transactions {
  private readonly byId = new Map<string, Transaction>();
  private nextProducerId = 0;

  constructor(
    private readonly cluster: TransactionParticipants,
    private readonly journal: Journal,
  ) {}

  /** For a producer that is idempotent only. */
  newProducer(): ProducerIdentity {
    const producerId = this.nextProducerId++;
    this.journal.write({ kind: 'producer-id', next: this.nextProducerId });
    return { producerId, epoch: 0 };
  }

  /** Fences former producers of the id and aborts what they left open. */
  init(transactionalId: string, timeoutMs: number): ProducerIdentity {
    const former = this.byId.get(transactionalId);
    if (former === undefined) {
      const created: Transaction = {
        ...this.newProducer(),
        timeoutMs,
        state: 'none',
        partitions: new Map(),
        groups: new Set(),
        expire: () => {},
      };
      this.byId.set(transactionalId, created);
      this.note(transactionalId, created);
      return { producerId: created.producerId, epoch: created.epoch };
    }
    if (former.state === 'ongoing') this.fence(transactionalId, former);
    Object.assign(former, former.epoch >= lastEpoch ? this.newProducer() : { epoch: former.epoch + 1 });
    former.timeoutMs = timeoutMs;
    former.state = 'none';
    this.note(transactionalId, former);
    return { producerId: former.producerId, epoch: former.epoch };
  }

  /** Makes the partition part of the transaction: before anything is written to it. */
  addPartition(transactionalId: string, identity: ProducerIdentity, place: TopicPartition): void {
    const transaction = this.owned(transactionalId, identity, 'AddPartitionsToTxn');
    const name = `${place.topic}-${place.partition}`;
    if (transaction.state === 'ongoing' && transaction.partitions.has(name)) return;
    this.cluster.topics.log(place, 'AddPartitionsToTxn');
    this.begin(transactionalId, transaction);
    transaction.partitions.set(name, place);
    this.note(transactionalId, transaction);
  }

  commitOffsets(transactionalId: string, identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): void {
    const transaction = this.owned(transactionalId, identity, 'AddOffsetsToTxn');
    this.begin(transactionalId, transaction);
    transaction.groups.add(member.group);
    this.note(transactionalId, transaction);
    this.cluster.group(member.group).commitPending(identity.producerId, member, offsets);
  }

  /** Asked again with the same outcome, nothing happens; with the other one, INVALID_TXN_STATE. */
  end(transactionalId: string, identity: ProducerIdentity, outcome: 'commit' | 'abort'): void {
    const transaction = this.owned(transactionalId, identity, 'EndTxn');
    if (transaction.state === 'ongoing') this.finish(transactionalId, transaction, outcome);
    else if (transaction.state !== outcome) throw failureOf(ErrorCode.invalidTransactionState, `EndTxn of ${transactionalId}`);
  }

  /** Puts back what the journal knows; what is open then is open again. */
  restore({ transactionalId, producerId, epoch, timeoutMs, state, partitions, groups }: TransactionEntry): void {
    this.byId.get(transactionalId)?.expire();
    const transaction: Transaction = {
      producerId,
      epoch,
      timeoutMs,
      state,
      partitions: new Map(partitions.map((place) => [`${place.topic}-${place.partition}`, place])),
      groups: new Set(groups),
      expire: () => {},
    };
    this.byId.set(transactionalId, transaction);
    this.nextProducerId = Math.max(this.nextProducerId, producerId + 1);
    if (state === 'ongoing') this.scheduleExpiry(transactionalId, transaction);
  }

  /** Ends what was decided when the process ended. A marker that a partition has already is written twice, which means nothing. */
  resume(): void {
    for (const [transactionalId, transaction] of this.byId) {
      if (transaction.state === 'committing') this.finish(transactionalId, transaction, 'commit');
      if (transaction.state === 'aborting') this.finish(transactionalId, transaction, 'abort');
    }
  }

  restoreNextProducerId(next: number): void {
    this.nextProducerId = Math.max(this.nextProducerId, next);
  }

  entries(): TransactionEntry[] {
    return [...this.byId].map(([transactionalId, transaction]) => entryOf(transactionalId, transaction));
  }

  get nextId(): number {
    return this.nextProducerId;
  }

  close(): void {
    for (const transaction of this.byId.values()) transaction.expire();
  }

  private begin(transactionalId: string, transaction: Transaction): void {
    if (transaction.state === 'ongoing') return;
    transaction.state = 'ongoing';
    this.scheduleExpiry(transactionalId, transaction);
  }

  private scheduleExpiry(transactionalId: string, transaction: Transaction): void {
    transaction.expire = this.cluster.clock.schedule(transaction.timeoutMs, () => this.fence(transactionalId, transaction));
  }

  /** Aborts under a higher epoch, so that the producer can not go on. */
  private fence(transactionalId: string, transaction: Transaction): void {
    transaction.epoch++;
    this.finish(transactionalId, transaction, 'abort');
  }

  private finish(transactionalId: string, transaction: Transaction, outcome: 'commit' | 'abort'): void {
    transaction.expire();
    transaction.state = outcome === 'commit' ? 'committing' : 'aborting';
    this.note(transactionalId, transaction);
    const { producerId, epoch } = transaction;
    for (const place of transaction.partitions.values()) this.cluster.topics.findLog(place)?.appendMarker(outcome, { producerId, epoch });
    for (const group of transaction.groups) this.cluster.group(group).offsets.end(producerId, outcome);
    transaction.partitions.clear();
    transaction.groups.clear();
    transaction.state = outcome;
    this.note(transactionalId, transaction);
    this.journal.trim();
  }

  private owned(transactionalId: string, { producerId, epoch }: ProducerIdentity, request: string): Transaction {
    const where = `${request} of ${transactionalId}`;
    const transaction = this.byId.get(transactionalId);
    if (transaction?.producerId !== producerId) throw failureOf(invalidProducerIdMapping, where);
    if (transaction.epoch !== epoch) throw failureOf(producerFenced, where);
    return transaction;
  }

  private note(transactionalId: string, transaction: Transaction): void {
    this.journal.write(entryOf(transactionalId, transaction));
  }
}

function entryOf(transactionalId: string, { producerId, epoch, timeoutMs, state, partitions, groups }: Transaction): TransactionEntry {
  return {
    kind: 'transaction',
    transactionalId,
    producerId,
    epoch,
    timeoutMs,
    state,
    partitions: [...partitions.values()],
    groups: [...groups],
  };
}
