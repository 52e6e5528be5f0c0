import { DriverError, transactionMisuse, type GroupIdentity, type OffsetCommit, type TopicPartition } from '../client/index.js';
import type { Cluster } from './cluster.js';
import type { ProducerIdentity } from './transactions.js';

const defaultTimeoutMs = 10_000;

/** The producer's side of its transactions: which one is open, and whether it can still be committed. */
export class ProducerTransaction {
  private identity: ProducerIdentity | undefined;
  private state: 'none' | 'begun' | 'ongoing' = 'none';
  private failure: DriverError | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly id: string,
    private readonly timeoutMs = defaultTimeoutMs,
  ) {}

  init(): void {
    this.identity = this.cluster.transactions.init(this.id, this.timeoutMs);
    this.state = 'none';
    this.failure = undefined;
  }

  begin(): void {
    if (this.identity === undefined || this.state !== 'none') throw this.misuse('beginTransaction');
    this.state = 'begun';
    this.failure = undefined;
  }

  /** Whether records can be written now. */
  get isOpen(): boolean {
    return this.state !== 'none';
  }

  /** Makes the partition part of the transaction; answers in whose name to write. */
  writerFor({ topic, partition }: TopicPartition): ProducerIdentity {
    const identity = this.open('Produce');
    if (this.failure !== undefined) throw this.unfinished(this.failure);
    this.cluster.transactions.addPartition(this.id, identity, { topic, partition });
    this.state = 'ongoing';
    return identity;
  }

  sendOffsets(offsets: readonly OffsetCommit[], member: GroupIdentity): void {
    const identity = this.open('sendOffsets');
    this.state = 'ongoing';
    try {
      this.cluster.transactions.commitOffsets(this.id, identity, offsets, member);
    } catch (error) {
      if (error instanceof DriverError) this.failed(error);
      throw error;
    }
  }

  /** A record or offset of the transaction was not written: it can only be aborted. */
  failed(failure: DriverError): void {
    if (this.state !== 'none') this.failure ??= failure;
  }

  commit(): void {
    const identity = this.open('commitTransaction');
    if (this.failure !== undefined) throw this.unfinished(this.failure);
    if (this.state === 'ongoing') this.cluster.transactions.end(this.id, identity, 'commit');
    this.state = 'none';
  }

  abort(): void {
    const identity = this.open('abortTransaction');
    if (this.state === 'ongoing') this.cluster.transactions.end(this.id, identity, 'abort');
    this.state = 'none';
    this.failure = undefined;
  }

  /** Aborts what is open, unless another producer took over. */
  close(): void {
    if (this.state === 'none') return;
    try {
      this.abort();
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
    }
  }

  private open(call: string): ProducerIdentity {
    if (this.identity === undefined || this.state === 'none') throw this.misuse(call);
    return this.identity;
  }

  private unfinished(failure: DriverError): DriverError {
    if (failure.kind === 'fenced' || failure.kind === 'fatal' || failure.kind === 'rejoin') return failure;
    return new DriverError('abortable', failure.kafkaCode, {
      what: 'a record of the transaction was not written',
      where: `commit of ${this.id}`,
      cause: failure,
    });
  }

  private misuse(where: string): DriverError {
    const detail =
      this.identity === undefined
        ? 'initTransactions comes first'
        : this.state === 'none'
          ? 'no transaction is open'
          : 'a transaction is open';
    return transactionMisuse(where, this.id, detail);
  }
}
