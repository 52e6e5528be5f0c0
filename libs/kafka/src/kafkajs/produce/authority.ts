import type { DriverError } from '../../client/index.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import type { PartitionQueue } from './partition-queue.js';
import type { ProducerBatch } from './producer-batch.js';

/** Under whose name batches are written, and when they may be. Wakes the sender whenever its answers change. */
export interface Authority {
  readonly transactionalId: string | null;
  /** Undefined until Kafka gave one. */
  readonly identity: ProducerIdentity | undefined;
  /** Whether the batch may go out; an error when it never may. */
  admission(batch: ProducerBatch, queue: PartitionQueue): 'now' | 'later' | DriverError;
  /** Judges a failure that repeating the same batch does not mend: `renew` when it can be written under another identity, else what its records fail with. */
  judge(failure: DriverError): DriverError | 'renew';
  /** A batch that was numbered will not be written under its number: Kafka takes no more of this partition under this identity. */
  sequenceBroken(): void;
  /** Whether another identity is wanted. What is numbered is settled under this one first. */
  readonly isRenewing: boolean;
  /** Called when nothing numbered is left. */
  renew(): void;
}
