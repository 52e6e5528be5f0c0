import type { Position } from '../state/kind/store-view.js';
import type { Entry } from '../state/store.js';

export type AnyEntry = Entry<unknown, unknown>;

/** How a store is read. */
export interface ReadRule {
  /** 'active': only stores whose task processes. 'stale': also copies of standby tasks, and stores that are restored. */
  readonly reading: 'active' | 'stale';
  readonly isolation: 'read_uncommitted' | 'read_committed';
  /** The position that the store must have reached, as far as it is about the task of the store. */
  readonly atLeast: Position;
}

/** The result of a query of one store. */
export interface ReplicaAnswer {
  readonly value: unknown;
  /** How many offsets of its changelog the store is behind. */
  readonly lag: number;
  readonly position: Position;
}

/** A scan of one store that has begun. It holds resources until its entries are read to the end, or left. */
export interface ReplicaScan {
  readonly lag: number;
  readonly position: Position;
  readonly entries: AsyncIterator<AnyEntry>;
}

/** A query by its name, and what it is called with. */
export interface NamedQuery {
  readonly name: string;
  readonly parameters: readonly unknown[];
  /** How many entries of a scan are wanted at most. */
  readonly limit: number;
}

/**
 * The store of one task as one place has it: this thread, or another instance. The place says with a
 * StoreNotAvailableError that it can not be asked; the query may then try the next one. `patienceMs` is how long the
 * place may take to respond.
 */
export interface StoreReplica {
  ask(query: NamedQuery, rule: ReadRule, patienceMs: number): ReplicaAnswer | Promise<ReplicaAnswer>;
  scan(query: NamedQuery, rule: ReadRule, patienceMs: number): Promise<ReplicaScan>;
}

/** Finds the stores of one application. */
export interface StoreAccess {
  /**
   * Returns the replicas of the task that has the key, the best one first; at least one. Throws StoreNotAvailableError
   * when there is none.
   */
  ofKey(store: string, key: Buffer, reading: ReadRule['reading']): readonly StoreReplica[] | Promise<readonly StoreReplica[]>;
  /** Returns the replicas of each task. Throws StoreNotAvailableError while a task has none. */
  all(store: string, reading: ReadRule['reading']): readonly (readonly StoreReplica[])[] | Promise<readonly (readonly StoreReplica[])[]>;
}
