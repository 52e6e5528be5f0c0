import type { GroupIdentity, OffsetCommit, TopicPartition } from '../../client/index.js';
import { produce, produceAndAddPartitions, type ProduceApi } from '../../protocol/produce.js';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  endTxnAndBumpEpoch,
  txnOffsetCommit,
  txnOffsetCommitAndAdd,
  type ProducerIdentity,
} from '../../protocol/transactions.js';
import type { TransactionCoordinator } from './transaction-coordinator.js';

/** The steps of a transaction in one version of Kafka's transaction protocol. */
export interface TransactionProtocol {
  readonly version: 1 | 2;
  readonly produce: ProduceApi;
  /** Whether a partition has to be added to the transaction, and that to succeed, before its first batch is sent. */
  readonly addsPartitions: boolean;
  addPartitions(identity: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void>;
  sendOffsets(identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void>;
  /** Resolves to the identity of the next transaction; undefined when it needs another epoch. */
  commit(identity: ProducerIdentity): Promise<ProducerIdentity | undefined>;
  /** Resolves to the identity of the next transaction, always of another epoch. */
  abort(identity: ProducerIdentity): Promise<ProducerIdentity>;
}

/**
 * Transaction version 1 (KIP-98, KIP-447, KIP-360). Works on every broker.
 *
 * The epoch stays the same over commits, so that a request which a broker processes late can become part of a later
 * transaction. Therefore a batch waits until its partition has been added, and a transaction of which a request was not
 * answered is followed by another epoch.
 */
export class TransactionVersion1 implements TransactionProtocol {
  readonly version = 1;
  readonly produce = produce;
  readonly addsPartitions = true;

  constructor(private readonly coordinator: TransactionCoordinator) {}

  async addPartitions(identity: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> {
    const { transactionalId } = this.coordinator;
    await this.coordinator.ask(addPartitionsToTxn, { transactionalId, ...identity, partitions });
  }

  async sendOffsets(identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    const { transactionalId } = this.coordinator;
    await this.coordinator.ask(addOffsetsToTxn, { transactionalId, ...identity, group: member.group });
    await this.coordinator.askGroup(member.group, txnOffsetCommit, { transactionalId, ...identity, identity: member, offsets });
  }

  async commit(identity: ProducerIdentity): Promise<ProducerIdentity | undefined> {
    await this.coordinator.end(endTxn, identity, 'commit');
    return this.coordinator.mayHaveStaleRequests ? undefined : identity;
  }

  async abort(identity: ProducerIdentity): Promise<ProducerIdentity> {
    await this.coordinator.end(endTxn, identity, 'abort');
    return this.coordinator.nextEpoch(identity);
  }
}

/**
 * Transaction version 2 (KIP-890): what is written becomes part of the transaction by itself, and every transaction has
 * an epoch of its own, so that brokers refuse late requests.
 */
export class TransactionVersion2 implements TransactionProtocol {
  readonly version = 2;
  readonly produce = produceAndAddPartitions;
  readonly addsPartitions = false;

  constructor(private readonly coordinator: TransactionCoordinator) {}

  addPartitions(): Promise<void> {
    return Promise.resolve();
  }

  async sendOffsets(identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    const { transactionalId } = this.coordinator;
    await this.coordinator.askGroup(member.group, txnOffsetCommitAndAdd, { transactionalId, ...identity, identity: member, offsets });
  }

  commit(identity: ProducerIdentity): Promise<ProducerIdentity> {
    return this.coordinator.end(endTxnAndBumpEpoch, identity, 'commit');
  }

  abort(identity: ProducerIdentity): Promise<ProducerIdentity> {
    return this.coordinator.end(endTxnAndBumpEpoch, identity, 'abort');
  }
}
