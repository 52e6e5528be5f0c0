import type { DriverError } from '../../client/index.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';

/**
 * The identity under which a producer writes, and when its batches may go out (TransactionManager of Kafka's producer). A state calls the `wake` that it was made
 * with whenever a batch that had to wait may go out.
 */
export interface ProducerState {
  readonly transactionalId: string | null;
  /** Undefined until Kafka has given one. */
  readonly identity: ProducerIdentity | undefined;
  /** Number of the transaction that records sent now belong to: the open one, or the one after it. 0 for a producer without transactions. */
  readonly accepting: number;
  /** Number of the transaction whose records may go out; 0 when none is open. Infinity for a producer without transactions. */
  readonly opened: number;
  /** Says whether the batch may go out. Returns an error when it never may. */
  admission(batch: ProducerBatch, queue: BatchQueue): 'now' | 'later' | DriverError;
  /**
   * Judges a failure that repeating the same batch does not mend. Returns `renew` when the batch can be written under another identity, else the error that its
   * records fail with.
   */
  judge(failure: DriverError): DriverError | 'renew';
  /** Called when a numbered batch will not be written under its number: Kafka takes no more of this partition under this identity. */
  sequenceBroken(): void;
  /** Whether another identity is wanted. What is numbered is settled under this one first. */
  readonly isRenewing: boolean;
  /** Called when no numbered batch is left. */
  renew(): void;
  close(): Promise<void> | void;
}
