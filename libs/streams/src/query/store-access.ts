import type { StateStore } from '../state/state-store.js';

/** A store of one task that can be asked. */
export interface LocalStore {
  readonly partition: number;
  readonly store: StateStore;
}

/** What views need of the client that they belong to. */
export interface StoreAccess {
  /** The store of the task that has the key. Rejects (throws) with StoreNotAvailableError when that task is not here or not ready. */
  ofKey(store: string, key: Buffer): StateStore;
  /** All that are here, when they are ready; throws StoreNotAvailableError while one of them is not. */
  all(store: string): readonly LocalStore[];
}
