import type { RecordBatch } from '../records/index.js';

/**
 * Keeps the bytes of a partition's log. Calls return when the bytes are written.
 */
export interface LogStorage {
  /** Returns the batches of an earlier process, up to the last whole one. */
  read(): readonly RecordBatch[];
  append(batch: Buffer): void;
  /** Keeps only these batches, after compaction or deletion. */
  replace(batches: Iterable<RecordBatch>): void;
  /** Removes everything: the log is deleted. */
  remove(): void;
  close(): void;
}

/** Keeps nothing. */
export const noStorage: LogStorage = {
  read: () => [],
  append() {},
  replace() {},
  remove() {},
  close() {},
};
