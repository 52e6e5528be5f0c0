import type { StateStore } from '../state/state-store.js';

/** The stores of this process that can be read. */
export interface StoreAccess {
  /**
   * Returns the store of the task that has the key. Throws StoreNotAvailableError when that task is not here or not
   * ready.
   */
  ofKey(store: string, key: Buffer): StateStore | Promise<StateStore>;
  /** Returns the stores of all tasks that are here. Throws StoreNotAvailableError while one of them is not ready. */
  all(store: string): readonly StateStore[] | Promise<readonly StateStore[]>;
}
