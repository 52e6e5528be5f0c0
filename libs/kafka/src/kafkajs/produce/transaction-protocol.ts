import type { GroupIdentity, OffsetCommit, TopicPartition } from '../../client/index.js';
import { produce, produceAndAddPartitions, type ProduceApi } from '../../protocol/produce.js';
import { endTxn, endTxnAndBumpEpoch, txnOffsetCommit, txnOffsetCommitAndAdd, type ProducerIdentity } from '../../protocol/transactions.js';
import type { TransactionCoordinator } from './transaction-coordinator.js';

/** The steps of a transaction in one version of Kafka's transaction protocol. */
export interface TransactionProtocol {
  readonly version: 1 | 2;
  readonly produce: ProduceApi;
  /** Whether `addPartitions` must have succeeded for a partition before its first batch is sent. */
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
 * The epoch does not change at a commit, so a request that a broker processes late can become part of a later
 * transaction. Therefore a batch waits until its partition has been added, and a transaction with a request that got no
 * response is followed by another epoch.
 */
export class TransactionVersion1 implements TransactionProtocol {
  readonly version = 1;
  readonly produce = produce;
  readonly addsPartitions = true;

  constructor(private readonly coordinator: TransactionCoordinator) {}

  addPartitions(identity: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> {
    return this.coordinator.addPartitions(identity, partitions);
  }

  async sendOffsets(identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    await this.coordinator.addOffsets(identity, member.group);
    await this.coordinator.commitOffsets(txnOffsetCommit, identity, offsets, member);
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
 * Transaction version 2 (KIP-890). A write adds its partition to the transaction. Every transaction has an epoch of its
 * own, so that brokers refuse late requests.
 */
export class TransactionVersion2 implements TransactionProtocol {
  readonly version = 2;
  readonly produce = produceAndAddPartitions;
  readonly addsPartitions = false;

  constructor(private readonly coordinator: TransactionCoordinator) {}

  addPartitions(): Promise<void> {
    return Promise.resolve();
  }

  sendOffsets(identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    return this.coordinator.commitOffsets(txnOffsetCommitAndAdd, identity, offsets, member);
  }

  commit(identity: ProducerIdentity): Promise<ProducerIdentity> {
    return this.coordinator.end(endTxnAndBumpEpoch, identity, 'commit');
  }

  abort(identity: ProducerIdentity): Promise<ProducerIdentity> {
    return this.coordinator.end(endTxnAndBumpEpoch, identity, 'abort');
  }
}
