import { windowStoreView } from '../../operators/table-view.js';
import { WindowAggregate } from '../../operators/window-aggregate.js';
import { WindowReduce } from '../../operators/window-reduce.js';
import type { TimeWindow } from '../../windows/index.js';
import { windowRetention } from './window-retention.js';
import { windowedKey, windowRows } from './window-rows.js';
import type { Windowing } from './windowing.js';

/** One row per key and window of a fixed size (TimeWindowedKStreamImpl). */
export function timeWindowing(window: TimeWindow): Windowing {
  const { sizeMs, graceMs } = window;
  return {
    graceMs,
    rows: (materialized, store, emit) =>
      windowRows({
        sizeMs,
        retentionMs: windowRetention(sizeMs + graceMs, materialized, store),
        emit,
        access: 'point',
        caching: true,
      }),
    key: (inner) => windowedKey(inner, sizeMs),
    view: windowStoreView,
    createNode: (fold, run) =>
      'reduce' in fold ? new WindowReduce({ window, ...fold, ...run }) : new WindowAggregate({ window, ...fold, ...run }),
  };
}
