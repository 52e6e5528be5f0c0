import {
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
    const { transactionalId, transactionTimeoutMs } = options;
    super(cluster, options, new ProducerTransaction(cluster, transactionalId, transactionTimeoutMs));
  }

  async init(): Promise<void> {
    this.checkOpen('init');
    if (this.writer.isInitialised) this.dropWaiting();
    this.writer.init();
    return Promise.resolve();
  }

  begin(): void {
    this.checkOpen('begin');
    this.writer.begin();
    this.drainSoon();
  }

  async sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    this.checkOpen('sendOffsets');
    this.writer.sendOffsets(offsets, identity);
    return Promise.resolve();
  }

  async commit(): Promise<void> {
    this.checkOpen('commit');
    this.drain();
    this.writer.stopAccepting();
    await this.flush();
    this.checkOpen('commit');
    this.writer.commit();
  }

  async abort(): Promise<void> {
    this.checkOpen('abort');
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
