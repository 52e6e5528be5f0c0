import type { Entry } from '../store.js';

/** How much of a scan is wanted. */
export interface ViewScanOptions {
  /** Default: false. */
  reverse?: boolean;
  /** At most this many entries. Default: all. */
  limit?: number;
  /** Whether the copies of standby tasks, and stores that are being restored, are read too. Default: false. */
  stale?: boolean;
}

/**
 * Lets a query read the copy of a standby task, or a store that is being restored, where this instance does not process
 * the key.
 */
export interface StaleRead {
  readonly stale: true;
}

/** The result of a stale read. */
export interface StaleAnswer<T> {
  readonly value: T;
  /** How many offsets of its changelog the store is behind; 0 where the task of the key processes here. */
  readonly lag: number;
}

/** The entries of a scan. No store is looked for before the first entry, or the lag, is wanted. */
export interface ViewScan<T> extends AsyncIterable<T> {
  /**
   * Returns how many offsets of its changelog a store lacks when the scan begins: the most that one of the stores lacks
   * that are read. 0 where their tasks process here.
   */
  lag(): Promise<number>;
}

/**
 * A store as services and controllers see it. A view exists before the start and outlives every rebalance. All its
 * methods are asynchronous, because the result may come from another thread or instance. It shows what is processed,
 * committed or not, as Kafka Streams does. While the task of a key is restoring, moving or closing, and while another
 * instance has it, a call rejects with a StoreNotAvailableError.
 *
 * A scan shows the stores of this instance as they are when it begins. Where a task closes or moves meanwhile, the scan
 * rejects with a StoreNotAvailableError.
 */
export abstract class StoreView {
  abstract readonly name: string;
}

/**
 * A function of the store of one task. Its parameters and its result are data, so that a query can be sent to where the
 * store is.
 */
export type StoreQuery<S> = { run(store: S, ...parameters: readonly unknown[]): unknown }['run'];

/** The queries of a kind of store, by name. */
export type StoreQueries<S> = Readonly<Record<string, StoreQuery<S>>>;

/** How a scan reads several stores. */
export interface ScanPlan {
  /** Only the store of the task that has this key is read. Left out: all stores of this instance. */
  readonly key?: unknown;
  /** Entries of several tasks are merged in the order of their serialised keys, or come task after task. */
  readonly order: 'by key' | 'task after task';
  readonly options?: ViewScanOptions | undefined;
}

/**
 * Reaches the stores of one name. Views ask through it and do not know where the stores are: in this thread today, in
 * another thread or instance where an implementation sends the name of the query and its parameters there.
 */
export interface StoreReach {
  /** Returns whether two keys have the same bytes. `query` is the one that they are parameters of. */
  isSameKey(a: unknown, b: unknown, query: string): boolean;
  /** Asks the store of the task that has the key. */
  ask(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<unknown>;
  /** `ask`, also of copies that may be behind. */
  askStale(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<StaleAnswer<unknown>>;
  /** Asks all stores of this instance. */
  askAll(query: string, ...parameters: readonly unknown[]): Promise<readonly unknown[]>;
  /** Asks one store or all for entries. Nothing is read before the first entry is wanted. */
  scan(plan: ScanPlan, query: string, ...parameters: readonly unknown[]): ViewScan<Entry<unknown, unknown>>;
}
