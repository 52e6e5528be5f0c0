import { asError, handled, kindOf, promised, type Logger } from '@ouzel/core';
import { DriverError } from '@ouzel/kafka';
import type { Meters } from '../../metrics/meters.js';
import type { UncaughtHandler, UncaughtVerdict } from '../../config/settings/errors.js';

const verdicts: readonly unknown[] = ['shutdown-client', 'shutdown-application', 'replace'] satisfies UncaughtVerdict[];

/** Decides which failures end the client. */
export class FailurePolicy {
  constructor(
    private readonly uncaughtHandler: UncaughtHandler,
    private readonly logger: Logger,
    private readonly meters: Meters,
  ) {}

  /**
   * Asks the uncaught handler about a task that failed (StreamsUncaughtExceptionHandler). The client stops where the
   * handler itself fails.
   */
  ofTask(error: Error): UncaughtVerdict {
    const verdict = this.verdictOn(error);
    this.meters.failures.add(1, verdict);
    return verdict;
  }

  /**
   * Decides about a failure of a commit or of the loop. The commit of a client that has lost its membership fails: its
   * session drops the tasks, and the client goes on.
   */
  ofLoop(error: Error): 'stop' | 'go-on' {
    const isPassing = error instanceof DriverError && (error.kind === 'rejoin' || error.kind === 'retriable' || error.kind === 'closed');
    if (!isPassing) return 'stop';
    this.logger.warn(`a commit failed, its input may be read again: ${error.message}`);
    return 'go-on';
  }

  private verdictOn(error: Error): UncaughtVerdict {
    const { uncaughtHandler } = this;
    if (typeof uncaughtHandler === 'string') return uncaughtHandler;
    try {
      const verdict: unknown = uncaughtHandler(error);
      if (verdicts.includes(verdict)) return verdict as UncaughtVerdict;
      this.refuse(verdict);
    } catch (thrown) {
      this.logger.error('the uncaught handler failed, so the client stops', asError(thrown));
    }
    return 'shutdown-client';
  }

  private refuse(verdict: unknown): void {
    const promise = promised(verdict);
    if (promise !== undefined) handled(promise);
    const got = typeof verdict === 'string' ? `'${verdict}'` : kindOf(verdict);
    this.logger.error(
      `the uncaught handler returned ${got} and not 'shutdown-client', 'shutdown-application' or 'replace', so the client stops`,
    );
  }
}
