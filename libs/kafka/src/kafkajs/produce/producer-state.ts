import type { DriverError } from '../../client/index.js';
import type { ProduceApi } from '../../protocol/produce.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import type { ProducerBatch } from './producer-batch.js';

/**
 * Decides when a batch may be written, and under which producer identity. Wakes the sender whenever a decision changes.
 */
export interface ProducerState {
  /** The transactional id; null without transactions. */
  readonly transactionalId: string | null;
  /** The request that writes batches. */
  readonly produce: ProduceApi;
  /** Number of the transaction that records sent now belong to; 0 without transactions. */
  readonly accepting: number;
  /** Number of the transaction whose records may be sent; 0 when none is open. */
  readonly opened: number;
  /** Undefined until Kafka gave one. */
  readonly identity: ProducerIdentity | undefined;
  /** Returns why the batch can never be sent; undefined when it can. */
  refusalOf(batch: ProducerBatch): DriverError | undefined;
  /** Returns whether the batch may be sent now. Prepares for it otherwise. */
  admits(batch: ProducerBatch): boolean;
  /**
   * Called with the failure of a batch for which it does not help to send the batch again. Returns `renew` when the
   * batch can be written under another identity, else the error for its records.
   */
  judge(failure: DriverError): DriverError | 'renew';
  /** Called when a numbered batch will not be written: Kafka takes no more of its partition under this identity. */
  sequenceBroken(): void;
  /** Whether another identity is wanted. The batches that are numbered are settled under the present one first. */
  readonly isRenewing: boolean;
  /** Called when a new identity is wanted and no batch is numbered any more. */
  renew(): void;
  close(): Promise<void>;
}
