import type { Headers } from '@ouzel/core';
import type { DropReason } from '../record/dropped.js';
import type { RecordContext } from '../record/record.js';
import type { RowCopies } from './rows/row-copies.js';

/**
 * A record of a changelog topic. Timestamp null: the producer's clock decides (buffers of suppressions and of joins
 * with grace).
 */
export interface ChangelogRecord {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly timestamp: number | null;
  readonly headers: Headers;
}

/** A changelog record whose key and value are given by their places in a block. The length of a null is negative. */
export interface PlacedRecord extends ChangelogRecord {
  readonly block: Buffer;
  readonly keyAt: number;
  readonly keyLength: number;
  readonly valueAt: number;
  readonly valueLength: number;
}

/** Runs work and returns what it returned. */
export type Resumed = <T>(work: () => T) => T;

/** The task of a store, as the store sees it. */
export interface StoreContext {
  readonly taskId: string;
  /**
   * The record in process. Changelog records of plain stores take their time from it. A cache sets it to that of the
   * entry it flushes.
   */
  record: RecordContext;
  /** Appends to the changelog partition of the store named. Called only for stores with logging. */
  log(store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void;
  /** Counts a put that came after the store's retention. */
  drop(reason: DropReason, store: string): void;
  /**
   * Keeps a promise that the call under way can not return: the record in process is not finished before it is, and a
   * failure is the record's.
   */
  own(pending: Promise<void>): void;
  /**
   * Runs work about the record in `record`, which came before, in the trace of that record. Undefined: nothing is
   * traced.
   */
  readonly resumed?: Resumed | undefined;
}

/**
 * A store as its task sees it, whatever its kind. The objects also have the methods of their kind (KeyValueStore,
 * WindowStore, …).
 */
export interface StateStore {
  readonly name: string;
  /**
   * Writes and forwards what the record cache holds for this store. Returns a promise only where a node below asked for
   * one.
   */
  flush(): void | Promise<void>;
  /** Applies one changelog record without logging it again. Also moves the store's own observed time. */
  restore(record: ChangelogRecord): void;
  /**
   * Does what `restore` does, and hands over the row as bytes: for stores in which a changelog record is one row or
   * none. It is called in place of `restore` where rows are on disk, and takes less than half of its CPU time. A store
   * without this method is restored record by record.
   */
  copy?(record: PlacedRecord, copies: RowCopies): void;
  /** Puts into its rows what the store knows beside them. Called before each commit. */
  checkpoint?(): void;
  /** Drops what the record cache holds. Called once, when the task closes or its uncommitted work is discarded. */
  close(): void;
}
