import type { OffsetCommit, TopicPartition } from '../client/index.js';

/**
 * One thing that happened besides records. Together the entries give the cluster back after a restart. Each is a line
 * of JSON.
 */
export type JournalEntry =
  | { readonly kind: 'topic'; readonly topic: string; readonly partitions: number; readonly config: Readonly<Record<string, string>> }
  | { readonly kind: 'partitions'; readonly topic: string; readonly total: number }
  | { readonly kind: 'topic-deleted'; readonly topic: string }
  | { readonly kind: 'log-start'; readonly topic: string; readonly partition: number; readonly offset: number }
  | { readonly kind: 'offsets'; readonly group: string; readonly offsets: readonly OffsetCommit[] }
  | { readonly kind: 'offsets-pending'; readonly group: string; readonly producerId: number; readonly offsets: readonly OffsetCommit[] }
  | { readonly kind: 'offsets-ended'; readonly group: string; readonly producerId: number; readonly outcome: 'commit' | 'abort' }
  | { readonly kind: 'producer-id'; readonly next: number }
  | TransactionEntry;

export interface TransactionEntry {
  readonly kind: 'transaction';
  readonly transactionalId: string;
  readonly producerId: number;
  readonly epoch: number;
  readonly timeoutMs: number;
  /** Whether a transaction is open, is decided but perhaps not written to all partitions, or how the last one ended. */
  readonly state: 'none' | 'ongoing' | 'committing' | 'aborting' | 'commit' | 'abort';
  readonly partitions: readonly TopicPartition[];
  readonly groups: readonly string[];
}

export interface Journal {
  /** Returns when the entry has been written to what outlives the process, if there is any. */
  write(entry: JournalEntry): void;
  /** Called when a request is done: the journal may be shortened. */
  trim(): void;
}

export const noJournal: Journal = { write() {}, trim() {} };
