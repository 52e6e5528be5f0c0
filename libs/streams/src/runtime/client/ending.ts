import { abortController, type Cancel, type Clock } from '@ouzel/core';

/**
 * How long before the end of the time user code is no longer waited for, ms; a quarter of the time where it is short.
 */
const closingMs = 1_000;

/** The end of a client. Several may ask for it: it takes no longer than the most impatient of them allows. */
export class Ending {
  /** Resolves when everything is released, or when the time is over. Never rejects. */
  readonly done: Promise<void>;
  private readonly deadlines: Cancel[] = [];
  private readonly patience = abortController();
  private giveUp!: () => void;

  /**
   * `release` begins in the next microtask and does not reject; its signal is aborted when user code is no longer to be
   * waited for, so that there is time left to close. `overdue` is called when the time is over; the release goes on in
   * the background.
   */
  constructor(
    release: (patience: AbortSignal) => Promise<void>,
    private readonly overdue: (timeoutMs: number) => void,
    private readonly clock: Clock,
  ) {
    const late = new Promise<void>((resolve) => (this.giveUp = resolve));
    this.done = Promise.race([Promise.resolve().then(() => release(this.patience.signal)), late]).finally(() => {
      for (const cancel of this.deadlines) cancel();
    });
  }

  /** Lets the end take this much longer at most. */
  within(timeoutMs: number): void {
    const late = () => {
      this.overdue(timeoutMs);
      this.giveUp();
    };
    const forClosing = Math.min(closingMs, timeoutMs / 4);
    this.deadlines.push(
      this.clock.schedule(timeoutMs, late),
      this.clock.schedule(timeoutMs - forClosing, () => this.patience.abort()),
    );
  }
}
