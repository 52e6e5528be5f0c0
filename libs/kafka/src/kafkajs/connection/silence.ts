import type { Cancel, Clock } from '@ouzel/core';

/**
 * Notices that a cluster is asked and does not answer. A process that is stopped and a network that drops packets close no connection, and requests time out
 * late. Requests that a broker may hold are not to be counted, their answers are.
 */
export class Silence {
  private underWay = 0;
  /** When something was heard, or when the first of the requests that are under way was sent. */
  private since = 0;
  private cancel: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly patienceMs: number,
    private readonly noticed: () => void,
  ) {}

  asked(): void {
    if (this.underWay++ === 0) this.since = this.clock.monotonic();
    if (this.cancel === undefined) this.watch(this.patienceMs);
  }

  /** The request is over, whatever became of it. */
  over(): void {
    this.underWay--;
  }

  heard(): void {
    this.since = this.clock.monotonic();
  }

  close(): void {
    this.cancel?.();
  }

  private watch(ms: number): void {
    this.cancel = this.clock.schedule(ms, () => {
      this.cancel = undefined;
      if (this.underWay === 0) return;
      const left = this.since + this.patienceMs - this.clock.monotonic();
      if (left <= 0) this.noticed();
      this.watch(left > 0 ? left : this.patienceMs);
    });
  }
}
