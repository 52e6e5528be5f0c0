import {
  defaultTransactionTimeoutMs,
  type GroupIdentity,
  type OffsetCommit,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { KafkajsProducer } from './producer.js';
import { TransactionState } from './transaction-state.js';

/** A producer whose batches wait for their transaction. Before it ends, the outcome of all its batches is known. */
export class KafkajsTransactionalProducer extends KafkajsProducer<TransactionState> implements TransactionalProducer {
  constructor(cluster: Cluster, options: TransactionalProducerOptions, released: () => void) {
    const { transactionalId, transactionTimeoutMs = defaultTransactionTimeoutMs, deliveryTimeoutMs } = options;
    const createState = (closing: AbortSignal, wake: () => void) =>
      new TransactionState(cluster, transactionalId, { transactionTimeoutMs, deliveryTimeoutMs }, closing, wake);
    super(cluster, options, createState, released);
  }

  async initTransactions(): Promise<void> {
    if (this.state.isInitialised) await this.dropUnsent();
    await this.state.init();
  }

  beginTransaction(): void {
    this.state.begin();
  }

  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    return this.state.sendOffsets(offsets, identity);
  }

  async commitTransaction(): Promise<void> {
    const { opened } = this.state;
    this.accumulator.closeAll();
    this.state.stopAccepting();
    await this.accumulator.flush(opened);
    await this.state.commit();
  }

  async abortTransaction(): Promise<void> {
    await this.dropUnsent();
    await this.state.abort();
  }

  protected override async finish(): Promise<void> {
    if (this.state.opened > 0) await this.abortTransaction().catch(() => {});
  }

  private async dropUnsent(): Promise<void> {
    this.accumulator.closeAll();
    const { accepting } = this.state;
    this.state.dropUnsent();
    await this.accumulator.flush(accepting);
  }
}
