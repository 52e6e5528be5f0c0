import { DriverError, notAllowed, type GroupIdentity, type OffsetCommit, type TopicPartition } from '../client/index.js';
import type { ProducerIdentity } from '../protocol/transactions.js';
import type { Cluster } from './cluster.js';
import type { BatchWriter } from './producer.js';

/** The producer's side of its transactions: which one is open, and whether it can still be committed. */
export class ProducerTransaction implements BatchWriter {
  readonly isTransactional = true;
  private identity: ProducerIdentity | undefined;
  private state: 'none' | 'open' | 'started' = 'none';
  private accepted = 1;
  /** Number of the open transaction, or of the last one. */
  private current = 0;
  /** The reason why the open transaction can not be committed. */
  private failure: DriverError | undefined;
  /** The reason why nothing can be written before the next `initTransactions`. */
  private ended: DriverError | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly id: string,
    private readonly timeoutMs: number,
  ) {}

  get isInitialised(): boolean {
    return this.identity !== undefined;
  }

  get isOpen(): boolean {
    return this.state !== 'none';
  }

  get accepting(): number {
    return this.accepted;
  }

  /** After a failure that ended the producer, every batch is tried and fails. */
  get opened(): number {
    if (this.ended !== undefined) return Infinity;
    return this.isOpen ? this.current : 0;
  }

  init(): void {
    this.identity = this.cluster.transactions.init(this.id, this.timeoutMs);
    this.ended = undefined;
    this.reset();
  }

  begin(): void {
    if (this.ended !== undefined) throw this.ended;
    if (this.identity === undefined) throw this.misuse('beginTransaction', 'initTransactions has not been called');
    if (this.state !== 'none') throw this.misuse('beginTransaction', 'a transaction is open');
    this.state = 'open';
    this.current = this.accepted;
  }

  /** Makes the partition part of the transaction. */
  identityFor({ topic, partition }: TopicPartition): ProducerIdentity {
    const identity = this.usable('send');
    return this.request(() => {
      this.cluster.transactions.addPartition(this.id, identity, { topic, partition });
      this.state = 'started';
      return identity;
    });
  }

  sendOffsets(offsets: readonly OffsetCommit[], member: GroupIdentity): void {
    const identity = this.usable('sendOffsets');
    if (offsets.length === 0) return;
    this.state = 'started';
    this.request(() => this.cluster.transactions.commitOffsets(this.id, identity, offsets, member));
  }

  failed(failure: DriverError): void {
    if (failure.kind === 'fenced') this.ended ??= failure;
    this.failure ??=
      failure.kind === 'fatal' || failure.kind === 'rejoin' || failure.kind === 'abortable' ? failure : this.abortable(failure);
  }

  /** Lets records that are sent from now on belong to the next transaction. */
  stopAccepting(): void {
    if (this.isOpen && this.current === this.accepted) this.accepted++;
  }

  commit(): void {
    const identity = this.usable('commitTransaction');
    this.end(identity, 'commit');
  }

  abort(): void {
    if (this.ended !== undefined) throw this.ended;
    if (this.identity === undefined) throw this.misuse('abortTransaction', 'initTransactions has not been called');
    this.end(this.identity, 'abort');
  }

  private end(identity: ProducerIdentity, outcome: 'commit' | 'abort'): void {
    if (this.state === 'started') this.identity = this.request(() => this.cluster.transactions.end(this.id, identity, outcome));
    this.reset();
  }

  private reset(): void {
    this.stopAccepting();
    this.state = 'none';
    this.failure = undefined;
  }

  private usable(call: string): ProducerIdentity {
    if (this.ended !== undefined) throw this.ended;
    if (this.identity === undefined) throw this.misuse(call, 'initTransactions has not been called');
    if (this.state === 'none') throw this.misuse(call, 'no transaction is open');
    if (this.failure !== undefined) throw this.failure;
    return this.identity;
  }

  /** Runs a request. When it fails, the transaction can not be committed. */
  private request<T>(request: () => T): T {
    try {
      return request();
    } catch (error) {
      if (error instanceof DriverError) this.failed(error);
      throw error;
    }
  }

  private abortable(cause: DriverError): DriverError {
    const what = `the transaction can only be aborted: ${cause.what}`;
    return new DriverError('abortable', cause.kafkaCode, { what, where: `transaction of ${this.id}`, cause });
  }

  private misuse(call: string, reason: string): DriverError {
    return notAllowed(call, reason, `transaction of ${this.id}`);
  }
}
