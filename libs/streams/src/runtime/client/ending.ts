import type { Cancel, Clock } from '@ouzel/core';

/** The end of a client. Several may ask for it: it takes no longer than the most impatient of them allows. */
export class Ending {
  /** Resolves when everything is released, or when the time is over. Never rejects. */
  readonly done: Promise<void>;
  private readonly deadlines: Cancel[] = [];
  private giveUp!: () => void;

  /** `release` begins in the next microtask and does not reject. `overdue` is called when the time is over; the release goes on in the background. */
  constructor(
    release: () => Promise<void>,
    private readonly overdue: (timeoutMs: number) => void,
    private readonly clock: Clock,
  ) {
    const late = new Promise<void>((resolve) => (this.giveUp = resolve));
    this.done = Promise.race([Promise.resolve().then(release), late]).finally(() => {
      for (const cancel of this.deadlines) cancel();
    });
  }

  /** Lets the end take this much longer at most. */
  within(timeoutMs: number): void {
    const late = () => {
      this.overdue(timeoutMs);
      this.giveUp();
    };
    this.deadlines.push(this.clock.schedule(timeoutMs, late));
  }
}
