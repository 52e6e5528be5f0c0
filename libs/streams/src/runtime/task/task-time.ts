import type { Clock } from '@ouzel/core';

/**
 * The time of day for the metrics of one task. It is that of the turn of the loop, so that no record asks the clock;
 * while user code is at work, it is that of the clock.
 */
export class TaskTime {
  /** When the turn began, epoch ms. */
  now = 0;
  /** Since when user code is at work, on the monotonic clock. */
  busySince: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** Called when user code has returned a promise. */
  begin(): void {
    this.busySince = this.clock.monotonic();
  }

  /** Called when that promise has settled. */
  end(): void {
    this.busySince = undefined;
  }

  /** Returns the time of day, epoch ms. */
  read(): number {
    return this.busySince === undefined ? this.now : this.clock.now();
  }

  /** Returns a monotonic time of this moment, ms. */
  stamp(): number {
    return this.clock.monotonic();
  }
}
