import { OuzelError, type Clock } from '@ouzel/core';

/**
 * Limits how long something may go on failing because Kafka does not respond in time (KIP-572). The time begins with
 * the first failure, and ends with progress.
 */
export class TaskTimeout {
  private since: number | undefined;

  constructor(
    private readonly limitMs: number,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes a failure that may pass. Returns the error that it becomes when the time is over, and undefined before. After
   * that the time begins anew.
   */
  failed(error: Error, where: string): OuzelError | undefined {
    const now = this.clock.monotonic();
    this.since ??= now;
    if (now - this.since < this.limitMs) return undefined;
    this.since = undefined;
    return new OuzelError('OUZEL_TASK_TIMEOUT', {
      what: `no progress for taskTimeout, ${this.limitMs} ms: ${error.message}`,
      where,
      help: 'Look after the brokers, or raise `taskTimeout`.',
      cause: error,
    });
  }

  progressed(): void {
    this.since = undefined;
  }
}
