import { SessionWindowAggregate } from '../../operators/session-window-aggregate.js';
import { sessionStoreView } from '../../operators/table-view.js';
import { serdes } from '../../serdes/serdes.js';
import { sessionContract } from '../../state/session/session-contract.js';
import { sessionKind, type SessionOptions } from '../../state/session/session-kind.js';
import { derivedSerde } from '../../topology/declarations.js';
import type { EmitStrategy, SessionWindow } from '../../windows/index.js';
import type { Materialized } from '../options/index.js';
import type { StoreNeed } from '../stores/store-need.js';
import { windowRetention } from './window-retention.js';
import { reduceAsAggregate, type Windowing } from './windowing.js';

/** One row per session of a key (SessionWindowedKStreamImpl). */
export function sessionWindowing(window: SessionWindow): Windowing {
  const neededMs = window.gapMs + window.graceMs;
  return {
    graceMs: neededMs,
    rows: (materialized, store, emit) => sessionRows(neededMs, materialized, store, emit),
    key: (inner) => derivedSerde(inner, (key) => serdes.sessionWindowed(key)),
    view: sessionStoreView,
    createNode(fold, run) {
      if ('reduce' in fold) return new SessionWindowAggregate({ window, ...reduceAsAggregate(fold.reduce), ...run });
      const { initial, add, merge } = fold;
      return new SessionWindowAggregate({ window, initial, add, merge: merge!, ...run });
    },
  };
}

/** A cache would hold back what emission on close must see. */
function sessionRows(neededMs: number, materialized: Materialized | undefined, store: string, emit: EmitStrategy): StoreNeed {
  const retentionMs = windowRetention(neededMs, materialized, store);
  const options: SessionOptions = { retentionMs, loggedRetentionMs: retentionMs, order: emit === 'close' ? 'time' : 'key' };
  return { kind: sessionKind, options, contracts: [sessionContract], caching: emit === 'update' };
}
