import { SlidingWindowAggregate } from '../../operators/sliding-window-aggregate.js';
import { windowStoreView } from '../../operators/table-view.js';
import type { SlidingWindow } from '../../windows/index.js';
import { windowRetention } from './window-retention.js';
import { windowedKey, windowRows } from './window-rows.js';
import { reduceAsAggregate, type Windowing } from './windowing.js';

/** One row per key and window around records (SlidingWindowedKStreamImpl). */
export function slidingWindowing(window: SlidingWindow): Windowing {
  const { differenceMs, graceMs } = window;
  return {
    graceMs,
    // A late record may need the window before its own, which lies two differences back. A cache would hold back what
    // emission on close must see.
    rows: (materialized, store, emit) =>
      windowRows({
        sizeMs: differenceMs,
        retentionMs: windowRetention(2 * differenceMs + graceMs, materialized, store),
        emit,
        access: 'range',
        caching: emit === 'update',
      }),
    key: (inner) => windowedKey(inner, differenceMs),
    view: windowStoreView,
    createNode: (fold, run) =>
      'reduce' in fold
        ? new SlidingWindowAggregate({ window, ...reduceAsAggregate(fold.reduce), ...run })
        : new SlidingWindowAggregate({ window, ...fold, ...run }),
  };
}
