import type { StoreReach, StoreQueries, StoreView } from './store-view.js';

/** The type of a view, which services inject: an abstract class, so that it exists at run time. */
export type ViewType<V extends StoreView = StoreView> = abstract new (...args: never[]) => V;

/**
 * How stores are used from outside of the operator that keeps them. Kinds whose stores have the same methods share one contract, and may stand in for one another.
 */
export interface StoreContract<S = unknown, O extends object = object> {
  /** What services may inject a store as. */
  readonly viewType: ViewType;
  /** The queries that views ask by name. Each runs on the store of one task. */
  readonly queries: StoreQueries<S>;
  /** Makes the view of all stores of one name. */
  openView(name: string, options: O, stores: StoreReach): StoreView;
  /** Returns the store as the test driver hands it out: its values without what the engine keeps beside them. */
  openForTest(store: S, options: O): unknown;
}
