import type { StateStore } from '../state/state-store.js';

/** 'active': only stores whose task processes. 'stale': also copies of standby tasks, and stores that are restored. */
export type Reading = 'active' | 'stale';

/** A store, and how many offsets of its changelog it is behind. */
export interface FoundStore {
  readonly store: StateStore;
  readonly lag: number;
}

/** The stores of this process that can be read. */
export interface StoreAccess {
  /**
   * Returns the store of the task that has the key. Throws StoreNotAvailableError when that task is not here or not
   * ready.
   */
  ofKey(store: string, key: Buffer, reading: Reading): FoundStore | Promise<FoundStore>;
  /** Returns the stores of all tasks that are here. Throws StoreNotAvailableError while one of them is not ready. */
  all(store: string, reading: Reading): readonly FoundStore[] | Promise<readonly FoundStore[]>;
}
