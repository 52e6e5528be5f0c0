import { asDriverError, DriverError, notAllowed, type GroupIdentity, type OffsetCommit } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { produce, type ProduceApi } from '../../protocol/produce.js';
import type { ProducerIdentity } from '../../protocol/transactions.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';
import { TransactionCoordinator, type TransactionTimeouts } from './transaction-coordinator.js';
import { TransactionVersion1, TransactionVersion2, type TransactionProtocol } from './transaction-protocol.js';
import type { ProducerState } from './producer-state.js';

/**
 * Writes in transactions, one after the other (KIP-98), with the transaction version of the cluster.
 *
 * Transactions are numbered. A batch knows the number of its transaction and waits until that one is open.
 */
export class TransactionState implements ProducerState {
  /** A failure aborts the transaction, and every abort gives another epoch. */
  readonly isRenewing = false;
  private readonly coordinator: TransactionCoordinator;
  private protocol: TransactionProtocol | undefined;
  private current: ProducerIdentity | undefined;
  /** Number of the open transaction. */
  private open: number | undefined;
  /** Number of the transaction that records sent now belong to: the open one, or the next. */
  private accepted = 1;
  /** Whether Kafka has heard of the open transaction. */
  private isStarted = false;
  /** The reason why the transactions up to `failedUpTo` can not be committed. */
  private failure: DriverError | undefined;
  private failedUpTo = 0;
  /** The reason why nothing can be written before the next `initTransactions`. */
  private ended: DriverError | undefined;
  private renewing: Promise<void> | undefined;
  private joining = new Set<BatchQueue>();
  private isAdding = false;

  constructor(
    cluster: Cluster,
    readonly transactionalId: string,
    timeouts: TransactionTimeouts,
    closing: AbortSignal,
    private readonly wake: () => void,
  ) {
    this.coordinator = new TransactionCoordinator(cluster, transactionalId, timeouts, closing);
  }

  get isInitialised(): boolean {
    return this.protocol !== undefined;
  }

  get produce(): ProduceApi {
    return this.protocol?.produce ?? produce;
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

  refusalOf(batch: ProducerBatch): DriverError | undefined {
    return this.ended ?? (batch.transaction <= this.failedUpTo ? this.failure : undefined);
  }

  admits({ transaction, queue }: ProducerBatch): boolean {
    if (this.current === undefined || this.protocol === undefined || this.open !== transaction) return false;
    this.isStarted = true;
    if (!this.protocol.addsPartitions || queue.addedTo === this.open) return true;
    this.add(queue);
    return false;
  }

  /** After any failure the transaction can not be committed, because a part of it is missing. */
  judge(failure: DriverError): DriverError {
    this.fail(failure);
    return this.ended ?? failure;
  }

  sequenceBroken(): void {}

  renew(): void {}

  async init(): Promise<void> {
    this.ended = undefined;
    this.current = undefined;
    try {
      const identity = await this.coordinator.init();
      await this.useVersionOfCluster();
      this.reset();
      this.current = identity;
    } catch (error) {
      throw this.noted(error);
    }
    this.wake();
  }

  begin(): void {
    if (this.ended !== undefined) throw this.ended;
    if (this.protocol === undefined) throw this.misuse('beginTransaction', 'initTransactions has not been called');
    if (this.open !== undefined) throw this.misuse('beginTransaction', 'a transaction is open');
    this.open = this.accepted;
    this.wake();
  }

  async sendOffsets(offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    const [protocol, identity] = await this.usable('sendOffsets');
    if (offsets.length === 0) return;
    this.isStarted = true;
    try {
      await protocol.sendOffsets(identity, offsets, member);
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** Lets records that are sent from now on belong to the next transaction. */
  stopAccepting(): void {
    if (this.open === this.accepted) this.accepted++;
  }

  /** Must be called when the outcome of all batches of the transaction is known. */
  async commit(): Promise<void> {
    const [protocol, identity] = await this.usable('commitTransaction');
    if (!this.isStarted) return this.reset();
    let next: ProducerIdentity | undefined;
    let version: number;
    try {
      version = await this.coordinator.transactionVersion();
      next = await protocol.commit(identity);
    } catch (error) {
      throw this.failed(error);
    }
    this.reset();
    this.current = version === protocol.version ? next : undefined;
    if (this.current === undefined) this.renewing = this.takeNextEpoch(identity);
  }

  /** Fails all records that are not written. */
  dropUnsent(): void {
    const parts = { what: 'the transaction was aborted', where: this.where };
    this.failure ??= new DriverError('abortable', -1, parts);
    this.failedUpTo = this.accepted++;
    this.wake();
  }

  /** Must be called when all batches that `dropUnsent` failed are settled. */
  async abort(): Promise<void> {
    const [protocol, identity] = await this.initialised('abortTransaction');
    try {
      if (this.isStarted) this.current = await this.aborted(protocol, identity);
    } catch (error) {
      throw this.noted(error);
    }
    this.reset();
    this.wake();
  }

  close(): Promise<void> {
    this.coordinator.close();
    return Promise.resolve();
  }

  private get where(): string {
    return `transaction of ${this.transactionalId}`;
  }

  private async useVersionOfCluster(): Promise<void> {
    const version = await this.coordinator.transactionVersion();
    this.protocol = version === 2 ? new TransactionVersion2(this.coordinator) : new TransactionVersion1(this.coordinator);
  }

  /**
   * Takes the next epoch between two transactions. It is needed when a request of the former one may be processed late,
   * and when the cluster has changed its transaction version.
   */
  private async takeNextEpoch(identity: ProducerIdentity): Promise<void> {
    try {
      const next = await this.coordinator.nextEpoch(identity);
      await this.useVersionOfCluster();
      this.current = next;
    } catch (error) {
      this.noted(error);
    }
    this.wake();
  }

  private async aborted(protocol: TransactionProtocol, identity: ProducerIdentity): Promise<ProducerIdentity> {
    try {
      return await protocol.abort(identity);
    } catch (error) {
      // Kafka has ended the transaction because of its timeout, or has removed the transactional id.
      if (error instanceof DriverError && error.kind === 'abortable') return this.coordinator.nextEpoch(identity);
      throw error;
    }
  }

  private async initialised(call: string): Promise<[TransactionProtocol, ProducerIdentity]> {
    await this.renewing;
    if (this.ended !== undefined) throw this.ended;
    if (this.protocol === undefined || this.current === undefined) throw this.misuse(call, 'initTransactions has not been called');
    return [this.protocol, this.current];
  }

  private async usable(call: string): Promise<[TransactionProtocol, ProducerIdentity]> {
    const parts = await this.initialised(call);
    if (this.open === undefined) throw this.misuse(call, 'no transaction is open');
    if (this.failure !== undefined) throw this.failure;
    return parts;
  }

  private misuse(call: string, reason: string): DriverError {
    return notAllowed(call, reason, this.where);
  }

  /** Keeps a failure after which only `initTransactions` helps. Returns the failure. */
  private noted(thrown: unknown): DriverError {
    const failure = asDriverError(thrown, this.where);
    if (failure.kind !== 'closed' && failure.kind !== 'abortable' && failure.kind !== 'rejoin') this.ended ??= failure;
    return failure;
  }

  private failed(thrown: unknown): DriverError {
    const failure = asDriverError(thrown, this.where);
    this.fail(failure);
    return this.ended ?? this.failure ?? failure;
  }

  private fail(failure: DriverError): void {
    if (failure.kind === 'closed') return;
    if (failure.kind === 'fenced' || failure.kind === 'indefinite') this.ended ??= failure;
    this.failedUpTo = this.accepted;
    this.failure ??=
      failure.kind === 'rejoin' || failure.kind === 'fatal' || failure.kind === 'abortable' ? failure : this.abortable(failure);
    this.wake();
  }

  private abortable(cause: DriverError): DriverError {
    const what = `the transaction can only be aborted: ${cause.what}`;
    return new DriverError('abortable', cause.kafkaCode, { what, where: cause.where ?? this.where, cause });
  }

  private reset(): void {
    this.open = undefined;
    this.failure = undefined;
    this.isStarted = false;
    this.joining.clear();
  }

  private add(queue: BatchQueue): void {
    this.joining.add(queue);
    if (this.isAdding) return;
    this.isAdding = true;
    queueMicrotask(() => void this.addJoining());
  }

  private async addJoining(): Promise<void> {
    const queues = [...this.joining];
    const { open, current, protocol } = this;
    this.joining = new Set();
    try {
      if (queues.length === 0 || open === undefined || current === undefined || protocol === undefined) return;
      await protocol.addPartitions(current, queues);
      for (const queue of queues) queue.addedTo = open;
    } catch (error) {
      // A transaction that was aborted meanwhile has another epoch: Kafka refuses requests of the former one.
      if (open === this.open && current === this.current) this.failed(error);
    } finally {
      this.isAdding = false;
      this.wake();
    }
  }
}
