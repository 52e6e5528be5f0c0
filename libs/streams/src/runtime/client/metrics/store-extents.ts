import type { Clock } from '@ouzel/core';
import type { StreamTask } from '../../task/stream-task.js';

type Extents = Awaited<ReturnType<StreamTask['state']['extents']>>;

/** How old an estimate may be, ms. */
const maxAgeMs = 30_000;

interface Estimate {
  extents: Extents;
  /** On the monotonic clock. */
  readonly at: number;
}

/** The sizes of the stores of tasks, as they were at a former look. Looking is asynchronous, collecting metrics is not. */
export class StoreExtents {
  private readonly estimates = new WeakMap<StreamTask, Estimate>();

  /** Returns what is known of the stores of a task, and looks again in the background where that is old. */
  of(task: StreamTask, clock: Clock): Extents {
    const known = this.estimates.get(task);
    const at = clock.monotonic();
    if (known !== undefined && at - known.at < maxAgeMs) return known.extents;
    const estimate: Estimate = { extents: known?.extents ?? new Map(), at };
    this.estimates.set(task, estimate);
    task.state.extents().then(
      (extents) => (estimate.extents = extents),
      () => {}, // The task was closed meanwhile.
    );
    return estimate.extents;
  }
}
