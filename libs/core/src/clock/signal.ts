import type { Clock } from './clock.js';

/**
 * Lets one part wait until another part wakes it. A wake while no part waits is not kept: check the condition first,
 * then wait, in one synchronous step.
 */
export class Signal {
  private waiting: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  get isAwaited(): boolean {
    return this.waiting.length > 0;
  }

  /** Resolves at the next `wake`, or after `ms`. Default: waits for `wake` alone. */
  wait(ms = Infinity): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === Infinity ? undefined : this.clock.schedule(ms, () => this.end(wake));
      const wake = () => {
        cancel?.();
        resolve();
      };
      this.waiting.push(wake);
    });
  }

  /** Ends every wait that is under way. */
  wake(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  private end(wake: () => void): void {
    this.waiting = this.waiting.filter((other) => other !== wake);
    wake();
  }
}
