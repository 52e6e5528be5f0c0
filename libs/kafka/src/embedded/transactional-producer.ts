import {
  DriverError,
  type GroupIdentity,
  type OffsetCommit,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '../client/index.js';
import type { Cluster } from './cluster.js';
import { closedFailure } from './closed-failure.js';
import { EmbeddedProducer } from './producer.js';
import { ProducerTransaction } from './producer-transaction.js';

/** A producer whose batches and offsets go into the logs in transactions. */
export class EmbeddedTransactionalProducer extends EmbeddedProducer implements TransactionalProducer {
  private readonly transactions: ProducerTransaction;

  constructor(cluster: Cluster, options: TransactionalProducerOptions) {
    const transactions = new ProducerTransaction(cluster, options.transactionalId, options.transactionTimeoutMs);
    super(cluster, options, transactions);
    this.transactions = transactions;
  }

  async initTransactions(): Promise<void> {
    this.usable('initTransactions').init();
    return Promise.resolve();
  }

  beginTransaction(): void {
    this.usable('beginTransaction').begin();
    this.drainSoon();
  }

  async sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    this.usable('sendOffsets').sendOffsets(offsets, identity);
    return Promise.resolve();
  }

  async commitTransaction(): Promise<void> {
    this.drain();
    if (this.isAsking) await this.flush();
    this.usable('commitTransaction').commit();
  }

  async abortTransaction(): Promise<void> {
    const transactions = this.usable('abortTransaction');
    this.failWaiting(
      new DriverError('abortable', -1, { what: 'the transaction was aborted before the record was sent', where: 'abortTransaction' }),
    );
    transactions.abort();
    return Promise.resolve();
  }

  private usable(call: string): ProducerTransaction {
    if (this.isClosed) throw closedFailure(call);
    return this.transactions;
  }
}
