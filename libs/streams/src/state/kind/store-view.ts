import type { Duration } from '@ouzel/core';
import type { Entry } from '../store.js';

/**
 * How far a store is: the next offset of each partition that it does not reflect yet, by topic and partition. Of a task
 * that processes these are its inputs, of a copy its changelog.
 */
export type Position = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** How one query reads. */
export interface ReadOptions {
  /**
   * Whether the copy of a standby task, or a store that is being restored, may be read where its task does not process.
   * Default: false.
   */
  readonly stale?: boolean;
  /**
   * How long the query waits for a store that moves, is restored, can not be reached or is behind `atLeast`. 0: it tries
   * once. Default: `queries.deadline` of the configuration.
   */
  readonly deadline?: Duration;
  /**
   * 'read_committed': what the last commit has left, without what was processed since (KIP-892). Default:
   * `queries.isolation` of the configuration.
   */
  readonly isolation?: 'read_uncommitted' | 'read_committed';
  /** The position that the store must have reached, such as that of an earlier answer (KIP-796). Default: any. */
  readonly atLeast?: Position;
}

/** Lets a query return its result together with how far the store is. */
export interface PositionedRead extends ReadOptions {
  readonly position: true;
}

/** How much of a scan is wanted. */
export interface ViewScanOptions extends ReadOptions {
  /** Default: false. */
  reverse?: boolean;
  /** At most this many entries. Default: all. */
  limit?: number;
}

/**
 * Lets a query read the copy of a standby task, or a store that is being restored, where this instance does not process
 * the key: first a copy of this instance, then the store of the instance that processes the key, then copies of others.
 */
export interface StaleRead extends ReadOptions {
  readonly stale: true;
}

/** The result of a query together with how far the store is. */
export interface ReadAnswer<T> {
  readonly value: T;
  /** How many offsets of its changelog the store is behind; 0 where it is the store of the task that processes. */
  readonly lag: number;
  readonly position: Position;
}

/** The result of a stale read. */
export type StaleAnswer<T> = ReadAnswer<T>;

/** The entries of a scan. No store is looked for before the first entry, or the lag, is wanted. */
export interface ViewScan<T> extends AsyncIterable<T> {
  /**
   * Returns how many offsets of its changelog a store lacks when the scan begins: the most that one of the stores lacks
   * that are read. 0 where their tasks process.
   */
  lag(): Promise<number>;
  /** Returns how far the stores are when the scan begins. */
  position(): Promise<Position>;
}

/**
 * A store as services and controllers see it. A view exists before the start and outlives every rebalance. All its
 * methods are asynchronous, because the result may come from another instance: with `queries` in the configuration a
 * view has the keys of all instances, else those of this one. It shows what is processed, committed or not, as Kafka
 * Streams does; see ReadOptions. While the task of a key is restoring, moving or closing, a call waits until its
 * deadline, and then rejects with a StoreNotAvailableError.
 *
 * A scan shows each store as it is when the scan begins. Where a task closes or moves meanwhile, or its instance ends,
 * the scan rejects with a StoreNotAvailableError: it never ends with a part of the entries.
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
  /** Only the store of the task that has this key is read. Left out: all stores. */
  readonly key?: unknown;
  /** Entries of several tasks are merged in the order of their serialised keys, or come task after task. */
  readonly order: 'by key' | 'task after task';
  readonly options?: ViewScanOptions | undefined;
}

/**
 * Reaches the stores of one name. Views ask through it and do not know where the stores are: in this instance, or in
 * another one, where the name of the query and its parameters are sent to.
 */
export interface StoreReach {
  /** Returns whether two keys have the same bytes. `query` is the one that they are parameters of. */
  isSameKey(a: unknown, b: unknown, query: string): boolean;
  /** Asks the store of the task that has the key. */
  ask(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<unknown>;
  /** `ask` with options. The result comes with how far the store is. */
  askWith(options: ReadOptions | undefined, key: unknown, query: string, ...parameters: readonly unknown[]): Promise<ReadAnswer<unknown>>;
  /** Asks all stores. */
  askAll(query: string, ...parameters: readonly unknown[]): Promise<readonly unknown[]>;
  /** Asks one store or all for entries. Nothing is read before the first entry is wanted. */
  scan(plan: ScanPlan, query: string, ...parameters: readonly unknown[]): ViewScan<Entry<unknown, unknown>>;
}
