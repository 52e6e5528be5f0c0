import {
  defaultTransactionTimeoutMs,
  DriverError,
  type GroupIdentity,
  type OffsetCommit,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '../client/index.js';
import type { Cluster } from './cluster.js';
import { EmbeddedProducer } from './producer.js';
import { ProducerTransaction } from './producer-transaction.js';

/** Writes batches into the logs while a transaction is open. Every call has its effect before it returns. */
export class EmbeddedTransactionalProducer extends EmbeddedProducer<ProducerTransaction> implements TransactionalProducer {
  constructor(cluster: Cluster, options: TransactionalProducerOptions) {
    const { transactionalId, transactionTimeoutMs = defaultTransactionTimeoutMs } = options;
    super(cluster, options, new ProducerTransaction(cluster, transactionalId, transactionTimeoutMs));
  }

  async initTransactions(): Promise<void> {
    this.checkOpen('initTransactions');
    if (this.writer.isInitialised) this.dropWaiting();
    this.writer.init();
    return Promise.resolve();
  }

  beginTransaction(): void {
    this.checkOpen('beginTransaction');
    this.writer.begin();
    this.drainSoon();
  }

  async sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    this.checkOpen('sendOffsets');
    this.writer.sendOffsets(offsets, identity);
    return Promise.resolve();
  }

  async commitTransaction(): Promise<void> {
    this.checkOpen('commitTransaction');
    this.drain();
    this.writer.stopAccepting();
    await this.flush();
    this.checkOpen('commitTransaction');
    this.writer.commit();
  }

  async abortTransaction(): Promise<void> {
    this.checkOpen('abortTransaction');
    this.dropWaiting();
    this.writer.abort();
    return Promise.resolve();
  }

  protected override finish(): void {
    if (!this.writer.isOpen) return;
    this.dropWaiting();
    try {
      this.writer.abort();
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
    }
  }

  private dropWaiting(): void {
    this.failWaiting(new DriverError('abortable', -1, { what: 'the transaction was aborted', where: 'Produce' }));
  }
}
