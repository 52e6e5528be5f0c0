import type { RecordBatch } from '../records/index.js';

/** Where the bytes of a partition's log outlive the process, if they do. Calls return when the bytes have reached it. */
export interface LogStorage {
  /** What is there from an earlier process, up to the last whole batch. */
  read(): readonly RecordBatch[];
  append(batch: Buffer): void;
  /** After compaction or deletion: only these batches are left. */
  replace(batches: Iterable<RecordBatch>): void;
  /** The log was deleted. */
  remove(): void;
  close(): void;
}

/** Nothing outlives the process. */
export const noStorage: LogStorage = {
  read: () => [],
  append() {},
  replace() {},
  remove() {},
  close() {},
};
