import { Aggregate } from '../../operators/aggregate.js';
import { Reduce } from '../../operators/reduce.js';
import { storeView } from '../../operators/table-view.js';
import { tableRows } from '../stores/store-need.js';
import type { Windowing } from './windowing.js';

/** One row per key. */
export const unwindowed: Windowing = {
  graceMs: undefined,
  rows: () => tableRows,
  key: (inner) => inner,
  view: storeView,
  createNode: (fold, { store, oldValues }) =>
    'reduce' in fold ? new Reduce({ store, reduce: fold.reduce, oldValues }) : new Aggregate({ store, ...fold, oldValues }),
};
