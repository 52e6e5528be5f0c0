import type { OffsetCommit, TopicPartition } from '../client/index.js';

/**
 * A change of the cluster that is not a record. The entries bring the cluster back after a restart. Each is a line of
 * JSON.
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
  /** Writes an entry. Returns when it is safe from a crash of the process, if the journal keeps it at all. */
  write(entry: JournalEntry): void;
  /** Called after each request. The journal may be shortened then. */
  trim(): void;
}

export const noJournal: Journal = { write() {}, trim() {} };
