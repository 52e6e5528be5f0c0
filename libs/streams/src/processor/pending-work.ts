import { handled } from '@ouzel/core';

/**
 * Promises that a piece of work left behind: made in calls that can not hand them up, such as `put` of a store whose
 * cache forwards what it evicts. The work is not finished before they are, and it fails when one of them does.
 */
export class PendingWork {
  private open: Promise<unknown> | undefined;

  add(pending: Promise<void>): void {
    this.open = this.open === undefined ? pending : Promise.all([this.open, pending]);
    handled(this.open);
  }

  /**
   * Returns what is to be waited for: `pending`, and all that was added by the time it has settled. Undefined when
   * there is nothing.
   */
  with(pending: void | Promise<void>): void | Promise<void> {
    if (pending !== undefined || this.open !== undefined) return this.settle(pending);
  }

  private async settle(pending: void | Promise<void>): Promise<void> {
    const outcomes = await Promise.allSettled([pending]);
    while (this.open !== undefined) {
      const { open } = this;
      this.open = undefined;
      outcomes.push(...(await Promise.allSettled([open as Promise<void>])));
    }
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  }
}
