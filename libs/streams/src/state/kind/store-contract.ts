import type { QueryWire } from './query-wire.js';
import type { StoreReach, StoreQueries, StoreView } from './store-view.js';

/**
 * How stores are used from outside of the operator that keeps them. Kinds whose stores have the same methods share one
 * contract, and may stand in for one another.
 */
export interface StoreContract<S = unknown, O extends object = object> {
  /** The queries that views ask by name. Each runs on the store of one task. */
  readonly queries: StoreQueries<S>;
  /**
   * Says which parts of parameters and results are keys and values of the store. They travel to other instances as the
   * bytes of its serdes; everything else travels as data: numbers, texts, bytes, and arrays and plain objects of these.
   * Default: everything is data.
   */
  wire?(options: O): Readonly<Record<string, QueryWire>>;
  /**
   * Makes the view of all stores of one name. Services may inject the store as the class of the view that stands right
   * below StoreView.
   */
  openView(name: string, options: O, stores: StoreReach): StoreView;
  /** Returns the store as the test driver hands it out: its values without what the engine keeps beside them. */
  openForTest(store: S, options: O): unknown;
}
