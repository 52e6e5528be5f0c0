import type { ProducerIdentity } from '../protocol/transactions.js';
import type { BatchWriter } from './producer.js';
import type { Transactions } from './transactions.js';

/** Writes without transactions, under an identity that is obtained with the first batch. */
export class IdempotentWriter implements BatchWriter {
  readonly isTransactional = false;
  readonly accepting = 0;
  readonly opened = 0;
  private identity: ProducerIdentity | undefined;

  constructor(private readonly transactions: Transactions) {}

  identityFor(): ProducerIdentity {
    return (this.identity ??= this.transactions.newProducer());
  }

  failed(): void {}
}
