import type { OffsetCommit, TopicPartition } from '../client/index.js';

/** What happened besides records: enough to know the cluster again after a restart. One line of JSON each. */
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
  /** What is open, what was decided but perhaps not told to all partitions, or how the last one ended. */
  readonly state: 'none' | 'ongoing' | 'committing' | 'aborting' | 'commit' | 'abort';
  readonly partitions: readonly TopicPartition[];
  readonly groups: readonly string[];
}

export interface Journal {
  /** Returns when the entry has reached what outlives the process, if there is any. */
  write(entry: JournalEntry): void;
  /** A request is done: the journal may be put in order. */
  trim(): void;
}

export const noJournal: Journal = { write() {}, trim() {} };
