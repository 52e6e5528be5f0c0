import { DriverError, transactionMisuse, type GroupIdentity, type OffsetCommit } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { ErrorCode } from '../../protocol/error-codes.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import { TransactionCoordinator } from './transaction-coordinator.js';
import type { ProducerState } from './producer-state.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';

/**
 * Holds the identity of a transactional id, and runs its transactions one after the other (KIP-98, in the order of transaction version 1). A partition is added to
 * the transaction, and that acknowledged, before its first batch goes out: else Kafka may count the batch to the transaction before.
 */
export class TransactionState implements ProducerState {
  /** A transaction is aborted instead. */
  readonly isRenewing = false;
  private readonly coordinator: TransactionCoordinator;
  private current: ProducerIdentity | undefined;
  private open: number | undefined;
  private accepted = 1;
  /** Why the open transaction can only be aborted; why nothing more can be written at all. */
  private failure: DriverError | undefined;
  private fenced: DriverError | undefined;
  private failedUpTo = 0;
  private broken = false;
  private touched = false;
  private joining = new Set<BatchQueue>();
  private adding = false;

  constructor(
    cluster: Cluster,
    readonly transactionalId: string,
    timeouts: { readonly transactionTimeoutMs: number; readonly deliveryTimeoutMs: number },
    signal: AbortSignal,
    private readonly wake: () => void,
  ) {
    this.coordinator = new TransactionCoordinator(cluster, transactionalId, timeouts, signal);
  }

  get identity(): ProducerIdentity | undefined {
    return this.current;
  }

  get accepting(): number {
    return this.accepted;
  }

  get opened(): number {
    return this.open ?? 0;
  }

  admission(batch: ProducerBatch, queue: BatchQueue): 'now' | 'later' | DriverError {
    if (this.fenced !== undefined) return this.fenced;
    if (this.failure !== undefined && batch.transaction <= this.failedUpTo) return this.failure;
    if (this.current === undefined || this.open !== batch.transaction) return 'later';
    if (queue.addedTo === this.open) return 'now';
    this.join(queue);
    return 'later';
  }

  /** Whatever fails, the transaction can not be committed: not all of it would be in it. */
  judge(failure: DriverError): DriverError {
    this.fail(failure);
    return this.fenced ?? failure;
  }

  sequenceBroken(): void {
    this.broken = true;
  }

  renew(): void {}

  async init(): Promise<void> {
    this.current = await this.coordinator.init();
    this.fenced = undefined;
    this.reset();
    this.accepted++;
    this.wake();
  }

  begin(): void {
    if (this.fenced !== undefined) throw this.fenced;
    if (this.current === undefined) throw transactionMisuse('beginTransaction', this.transactionalId, 'initTransactions comes first');
    if (this.open !== undefined) throw transactionMisuse('beginTransaction', this.transactionalId, 'a transaction is open');
    this.open = this.accepted;
    this.wake();
  }

  async sendOffsets(offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    const identity = this.usable('sendOffsets');
    this.touched = true;
    try {
      await this.coordinator.sendOffsets(identity, offsets, member);
    } catch (error) {
      if (error instanceof DriverError) this.fail(error);
      throw error;
    }
  }

  /** Records sent from now on belong to the transaction after. */
  ending(): void {
    if (this.open === this.accepted) this.accepted++;
  }

  /** Call when all records of the transaction are settled. */
  async commit(): Promise<void> {
    const identity = this.usable('commitTransaction');
    try {
      if (this.touched) await this.coordinator.end(identity, 'commit');
    } catch (error) {
      if (error instanceof DriverError) this.fail(error);
      throw error;
    }
    this.reset();
  }

  /** All that is not written fails from now on. */
  aborting(): void {
    this.failure ??= new DriverError('abortable', -1, {
      what: 'the transaction was aborted',
      where: `transaction of ${this.transactionalId}`,
    });
    this.failedUpTo = this.accepted++;
    this.wake();
  }

  /** Call when all records of the transaction are settled. After a failure a new epoch is taken, which aborts as well and lets numbers begin anew (KIP-360). */
  async abort(): Promise<void> {
    if (this.fenced !== undefined) throw this.fenced;
    if (this.current === undefined) throw transactionMisuse('abortTransaction', this.transactionalId, 'initTransactions comes first');
    try {
      if (this.broken) this.current = await this.reinit(this.current);
      else if (this.touched) await this.coordinator.end(this.current, 'abort');
    } catch (error) {
      if (error instanceof DriverError && error.kind === 'abortable') this.current = await this.reinit(this.current);
      else throw this.noted(error);
    }
    this.reset();
  }

  close(): void {
    this.coordinator.close();
  }

  private async reinit(former: ProducerIdentity): Promise<ProducerIdentity> {
    try {
      return await this.coordinator.init(former);
    } catch (error) {
      // The id expired while it was idle: there is nothing left to take the epoch of.
      if (error instanceof DriverError && error.kafkaCode === ErrorCode.unknownProducerIdMapping) return this.coordinator.init();
      throw this.noted(error);
    }
  }

  private noted(error: unknown): unknown {
    if (error instanceof DriverError && error.kind === 'fenced') this.fenced = error;
    return error;
  }

  private usable(call: string): ProducerIdentity {
    if (this.fenced !== undefined) throw this.fenced;
    if (this.failure !== undefined) throw this.failure;
    if (this.current === undefined || this.open === undefined)
      throw transactionMisuse(call, this.transactionalId, 'no transaction is open');
    return this.current;
  }

  private fail(failure: DriverError): void {
    if (failure.kind === 'closed') return;
    this.broken = true;
    this.failedUpTo = this.accepted;
    if (failure.kind === 'fenced') this.fenced ??= failure;
    this.failure ??=
      failure.kind === 'fenced' || failure.kind === 'rejoin' || failure.kind === 'fatal'
        ? failure
        : new DriverError('abortable', failure.kafkaCode, {
            what: `the transaction can only be aborted: ${failure.what}`,
            where: failure.where ?? `transaction of ${this.transactionalId}`,
            cause: failure,
          });
    this.wake();
  }

  private reset(): void {
    this.open = undefined;
    this.failure = undefined;
    this.broken = false;
    this.touched = false;
    this.joining.clear();
  }

  private join(queue: BatchQueue): void {
    this.joining.add(queue);
    if (this.adding) return;
    this.adding = true;
    queueMicrotask(() => void this.addJoining());
  }

  private async addJoining(): Promise<void> {
    const queues = [...this.joining];
    const { open, current } = this;
    this.joining = new Set();
    try {
      if (queues.length === 0 || open === undefined || current === undefined) return;
      this.touched = true;
      await this.coordinator.addPartitions(current, queues);
      for (const queue of queues) queue.addedTo = open;
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      this.fail(error);
    } finally {
      this.adding = false;
      this.wake();
    }
  }
}
