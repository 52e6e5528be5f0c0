import { asError, type Cancel, type Clock, type Logger } from '@ouzel/core';
import { partitionName, type Admin, type Isolation, type TopicPartition } from '@ouzel/kafka';
import type { RestoreProgress } from './restore-progress.js';

/** How often it is looked whether a restore stands still, ms. */
const lookMs = 30_000;

export interface OpenTransactionWatchParts {
  readonly admin: Admin;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Warns where a restore stands still because a transaction on its changelog stays open: committed records are read up
 * to the last stable offset and no further. Kafka Streams says nothing.
 */
export class OpenTransactionWatch {
  private position: number;
  private warnedAt: number | undefined;
  private cancel: Cancel = () => {};

  constructor(
    private readonly place: TopicPartition,
    private readonly progress: RestoreProgress,
    private readonly parts: OpenTransactionWatchParts,
  ) {
    this.position = progress.position;
  }

  start(): void {
    this.cancel = this.parts.clock.schedule(lookMs, () => {
      this.start();
      this.look().catch((thrown: unknown) => this.parts.logger.debug(`a restore could not be looked after: ${asError(thrown).message}`));
    });
  }

  /** May be called twice. */
  stop(): void {
    this.cancel();
  }

  /** Warns once for each position at which the restore stands still. */
  private async look(): Promise<void> {
    const { position } = this.progress;
    const standsStill = position === this.position && position !== this.warnedAt;
    this.position = position;
    if (!standsStill) return;
    const stable = await this.end('read_committed');
    const isHeldUp = position >= stable && stable < (await this.end('read_uncommitted'));
    if (!isHeldUp || this.progress.isComplete) return;
    this.warnedAt = position;
    const { store, taskName, endOffset } = this.progress;
    this.parts.logger.warn(
      `the restore of store "${store}" of task ${taskName} waits at ${partitionName(this.place)}@${position} of ${endOffset}: ` +
        `a transaction on this partition has been open for ${lookMs / 1_000} s. Kafka ends it when the transaction timeout ` +
        'of its producer is over. One that stays open hangs: find it with "kafka-transactions.sh find-hanging", and end it ' +
        'with "kafka-transactions.sh abort"',
    );
  }

  private async end(isolation: Isolation): Promise<number> {
    const [found] = await this.parts.admin.listOffsets([this.place], 'latest', isolation);
    return found!.offset;
  }
}
