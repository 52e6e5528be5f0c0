import type { Clock } from '@ouzel/core';
import type { Histogram } from './histogram.js';

/** Measures a time that begins and ends in events. */
export class Stopwatch {
  /** On the monotonic clock; undefined while it does not run. */
  private since: number | undefined;

  constructor(
    private readonly durations: Histogram,
    private readonly clock: Clock,
  ) {}

  /** Starts, unless it runs. */
  start(): void {
    this.since ??= this.clock.monotonic();
  }

  /** Observes the time since the start, if it runs. */
  stop(): void {
    if (this.since === undefined) return;
    this.durations.observe((this.clock.monotonic() - this.since) / 1_000);
    this.since = undefined;
  }
}
