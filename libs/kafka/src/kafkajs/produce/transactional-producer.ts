import type { GroupIdentity, OffsetCommit, TransactionalProducer, TransactionalProducerOptions } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { KafkajsProducer } from './producer.js';
import { TransactionState } from './transaction-state.js';

const defaultTransactionTimeoutMs = 10_000;

/** A producer whose batches and offsets go out in transactions. */
export class KafkajsTransactionalProducer extends KafkajsProducer<TransactionState> implements TransactionalProducer {
  constructor(cluster: Cluster, options: TransactionalProducerOptions, released: () => void) {
    const { transactionalId, transactionTimeoutMs = defaultTransactionTimeoutMs, deliveryTimeoutMs } = options;
    const timeouts = { transactionTimeoutMs, deliveryTimeoutMs };
    super(cluster, options, (signal, wake) => new TransactionState(cluster, transactionalId, timeouts, signal, wake), released);
  }

  initTransactions(): Promise<void> {
    return this.state.init();
  }

  beginTransaction(): void {
    this.state.begin();
  }

  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    return this.state.sendOffsets(offsets, identity);
  }

  async commitTransaction(): Promise<void> {
    const { opened } = this.state;
    this.sealAll();
    this.state.ending();
    await this.flushUpTo(opened);
    await this.state.commit();
  }

  async abortTransaction(): Promise<void> {
    this.sealAll();
    const { accepting } = this.state;
    this.state.aborting();
    await this.flushUpTo(accepting);
    await this.state.abort();
  }
}
