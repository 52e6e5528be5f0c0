import type { NodeContext } from '../processor/node.js';

/**
 * When the final results of one store are due (KIP-825): the time up to which windows are closed has moved on, and the
 * last emission is long enough ago on the wall clock. How far it came is kept with the committed offsets, so that a
 * restart neither repeats nor skips a result.
 */
export class WindowClose {
  private last: number | undefined;
  private next = 0;

  constructor(
    private readonly context: NodeContext,
    private readonly store: string,
    private readonly intervalMs: number,
  ) {
    this.last = context.committedTime(store);
  }

  /** Windows closed up to here were emitted; undefined: none ever. */
  get emittedTo(): number | undefined {
    return this.last;
  }

  hasProgress(closeTime: number): boolean {
    return this.last === undefined || this.last < closeTime;
  }

  /** Asked once per record: a yes starts the interval anew, whatever comes of it. */
  isTime(): boolean {
    const now = this.context.systemTime();
    if (now < this.next) return false;
    this.next = now + this.intervalMs;
    return true;
  }

  emitted(closeTime: number): void {
    this.last = closeTime;
    this.context.setCommittedTime(this.store, closeTime);
  }
}
