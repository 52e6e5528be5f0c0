import { asError, type Cancel, type Clock, type Logger } from '@ouzel/core';
import type { StateDirectory } from '../../state/directory/state-directory.js';

/**
 * Removes the state of tasks that other instances have had for longer than a delay, and looks for such state once in
 * each delay (state.cleanup.delay.ms).
 */
export class StateCleaner {
  private cancel: Cancel = () => {};

  constructor(
    private readonly directory: StateDirectory,
    private readonly delayMs: number,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.cancel = this.clock.schedule(this.delayMs, () => {
      this.directory
        .removeUnused(this.delayMs, this.clock.now())
        .catch((thrown: unknown) => this.logger.warn(`unused state could not be removed: ${asError(thrown).message}`));
      this.start();
    });
  }

  stop(): void {
    this.cancel();
  }
}
