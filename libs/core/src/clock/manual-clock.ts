import type { Clock } from './clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A wall clock that stands still until it is moved. Timers fire when it is moved past them; sleeping takes no time, so
 * that retries never wait. A sleep of `Infinity` ends at its signal alone.
 */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  /** Moves the clock, timer by timer. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.earliest(end); next !== undefined; next = this.earliest(end)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.time + ms, callback };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms === Infinity && signal?.aborted !== true)
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    await this.turn();
  }

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  private earliest(end: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= end && (found === undefined || timer.at < found.at)) found = timer;
    return found;
  }
}
