import type { CommittedOffset, OffsetCommit, TopicPartition } from '../client/index.js';
import type { Journal, JournalEntry } from './journal.js';

/** The committed offsets of a group. Those that belong to a transaction wait for its end. */
export class GroupOffsets {
  private readonly committed = new Map<string, OffsetCommit>();
  private readonly pending = new Map<number, Map<string, OffsetCommit>>();
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly group: string,
    private readonly journal: Journal,
  ) {}

  commit(offsets: readonly OffsetCommit[]): void {
    this.journal.write({ kind: 'offsets', group: this.group, offsets });
    for (const commit of offsets) this.committed.set(nameOf(commit), commit);
    this.journal.trim();
  }

  /** They count when the producer's transaction is committed. */
  addPending(producerId: number, offsets: readonly OffsetCommit[]): void {
    this.journal.write({ kind: 'offsets-pending', group: this.group, producerId, offsets });
    let own = this.pending.get(producerId);
    if (own === undefined) this.pending.set(producerId, (own = new Map<string, OffsetCommit>()));
    for (const commit of offsets) own.set(nameOf(commit), commit);
  }

  end(producerId: number, outcome: 'commit' | 'abort'): void {
    const own = this.pending.get(producerId);
    if (own === undefined) return;
    this.journal.write({ kind: 'offsets-ended', group: this.group, producerId, outcome });
    this.pending.delete(producerId);
    if (outcome === 'commit') for (const [name, commit] of own) this.committed.set(name, commit);
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** -1 for what was never committed. */
  fetch(partitions: readonly TopicPartition[]): CommittedOffset[] {
    return partitions.map(({ topic, partition }) => {
      const found = this.committed.get(nameOf({ topic, partition }));
      return { topic, partition, offset: found?.offset ?? -1, metadata: found?.metadata ?? '' };
    });
  }

  /** Whether a transaction may still change one of them (KIP-447). */
  isUnstable(partitions: readonly TopicPartition[]): boolean {
    const names = partitions.map(nameOf);
    return [...this.pending.values()].some((own) => names.some((name) => own.has(name)));
  }

  /** Resolves when a transaction with offsets of this group ended. */
  transactionEnd(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  forgetTopic(topic: string): void {
    for (const offsets of [this.committed, ...this.pending.values()]) {
      for (const [name, commit] of offsets) if (commit.topic === topic) offsets.delete(name);
    }
  }

  *entries(): Generator<JournalEntry> {
    const { group } = this;
    if (this.committed.size > 0) yield { kind: 'offsets', group, offsets: [...this.committed.values()] };
    for (const [producerId, own] of this.pending) yield { kind: 'offsets-pending', group, producerId, offsets: [...own.values()] };
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
