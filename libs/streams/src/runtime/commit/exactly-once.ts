import { asError, type Clock, type Logger } from '@ouzel/core';
import { DriverError, type FailureKind, type GroupMember, type OffsetCommit, type TransactionalProducer } from '@ouzel/kafka';
import type { StreamTask } from '../task/stream-task.js';
import type { Meters } from '../../metrics/meters.js';
import type { RefusedRecords } from '../task/refused-records.js';
import type { CommitStrategy } from './commit-strategy.js';
import type { TaskCommit } from '../task/task-commit.js';
import { TransactionAborted } from './transaction-aborted.js';

export interface ExactlyOnceParts {
  readonly producer: TransactionalProducer;
  readonly member: Pick<GroupMember, 'settled' | 'rejoin'>;
  readonly refusals: RefusedRecords;
  readonly logger: Logger;
  readonly meters: Meters;
  readonly clock: Clock;
}

/** The kinds of failure that concern one record. All others concern its transaction. */
const recordFailures: readonly FailureKind[] = ['record', 'missing', 'fatal'];

/**
 * Commits exactly once (KIP-447, KIP-892): outputs, changelogs and offsets of all tasks in one transaction, and then
 * local state. Tasks hold their records back until the commit, so a transaction is open only while it is written, and
 * holds nothing of a task that can not be committed now. Kafka Streams opens it at the first record of the interval.
 *
 * Local state is never ahead of Kafka. After a crash in between it lacks what the changelogs have, and is restored.
 *
 * When a transaction is not committed, or its outcome is not known, its tasks begin again from their last commit.
 * `commit` throws when the client is closed, when the failure is `fatal`, and when the transactional id can not be
 * initialised again.
 */
export class ExactlyOnce implements CommitStrategy {
  constructor(private readonly parts: ExactlyOnceParts) {}

  /** Ends the transaction that a former process may have left open, and fences it. */
  start(): Promise<void> {
    return this.parts.producer.initTransactions();
  }

  async commit(tasks: readonly StreamTask[]): Promise<readonly OffsetCommit[]> {
    const commits = tasks.flatMap((task) => task.prepareCommit() ?? []);
    if (commits.length === 0) return [];
    const offsets = commits.flatMap((commit) => commit.offsets);
    const { meters, clock } = this.parts;
    const started = clock.monotonic();
    try {
      await this.write(commits, offsets);
      meters.transactions.add(1, 'committed');
      meters.transactionSeconds.observe((clock.monotonic() - started) / 1_000);
    } catch (thrown) {
      meters.transactions.add(1, 'aborted');
      await this.recover(asError(thrown), commits);
      return [];
    }
    for (const commit of commits) await commit.persist();
    for (const commit of commits) {
      this.parts.refusals.forget(commit.taskName);
      commit.done();
    }
    return offsets;
  }

  /** Writes the records and offsets of all commits as one transaction. */
  private async write(commits: readonly TaskCommit[], offsets: readonly OffsetCommit[]): Promise<void> {
    const { producer, member } = this.parts;
    // The group refuses the offsets of a member that has lost its place, and with them all of the transaction.
    const identity = await member.settled();
    producer.beginTransaction();
    for (const commit of commits) commit.release();
    await Promise.all([producer.flush(), producer.sendOffsets(offsets, identity)]);
    for (const commit of commits) commit.checkOutputs();
    await producer.commitTransaction();
  }

  /**
   * Ends the transaction and gives its tasks up, also when the end fails: the records that they have released are not
   * in Kafka, so the next commit must not contain the offsets of a task that goes on.
   */
  private async recover(error: Error, commits: readonly TaskCommit[]): Promise<void> {
    try {
      await this.backOut(error);
    } finally {
      for (const commit of commits) this.giveUp(commit, error);
    }
  }

  private async backOut(error: Error): Promise<void> {
    const kind = error instanceof DriverError ? error.kind : 'abortable';
    if (kind === 'closed' || kind === 'fatal') throw error;
    this.parts.logger.warn(`a transaction was not committed, its tasks begin again from their last commit: ${error.message}`);
    await this.endTransaction(kind);
    if (kind === 'rejoin') this.parts.member.rejoin('the group refused the offsets of a transaction');
  }

  /**
   * Aborts the transaction. Initialises the transactional id again where the outcome is not known, or where the id is
   * fenced.
   */
  private async endTransaction(kind: DriverError['kind']): Promise<void> {
    if (kind !== 'fenced' && kind !== 'indefinite') {
      try {
        return await this.parts.producer.abortTransaction();
      } catch (thrown) {
        const { message } = asError(thrown);
        this.parts.logger.warn(`a transaction could not be aborted, its id is initialised again: ${message}`);
      }
    }
    await this.parts.producer.initTransactions();
  }

  /**
   * Ends a task after its transaction. A task of which Kafka refused an output fails with that error. Any other task
   * begins again, also where its outputs failed only because the transaction did.
   */
  private giveUp(commit: TaskCommit, error: Error): void {
    try {
      commit.checkOutputs();
      commit.failed(new TransactionAborted(error));
    } catch (thrown) {
      const failedWithTransaction = thrown instanceof DriverError && !recordFailures.includes(thrown.kind);
      commit.failed(failedWithTransaction ? new TransactionAborted(error) : asError(thrown));
    }
  }
}
