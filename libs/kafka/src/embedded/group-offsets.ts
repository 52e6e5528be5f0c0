import { Signal, type Clock } from '@ouzel/core';
import { PartitionMap, type CommittedOffset, type OffsetCommit, type TopicPartition } from '../client/index.js';
import type { Journal, JournalEntry } from './journal.js';

/** The committed offsets of a group, and the pending ones: those of transactions that have not ended. */
export class GroupOffsets {
  private readonly committed = new PartitionMap<OffsetCommit>();
  private readonly pending = new Map<number, PartitionMap<OffsetCommit>>();
  private readonly ended: Signal;

  constructor(
    private readonly group: string,
    private readonly journal: Journal,
    clock: Clock,
  ) {
    this.ended = new Signal(clock);
  }

  commit(offsets: readonly OffsetCommit[]): void {
    this.journal.write({ kind: 'offsets', group: this.group, offsets });
    for (const commit of offsets) this.committed.set(commit, commit);
    this.journal.trim();
  }

  /** Keeps offsets that count when the producer's transaction is committed. */
  addPending(producerId: number, offsets: readonly OffsetCommit[]): void {
    this.journal.write({ kind: 'offsets-pending', group: this.group, producerId, offsets });
    let own = this.pending.get(producerId);
    if (own === undefined) this.pending.set(producerId, (own = new PartitionMap<OffsetCommit>()));
    for (const commit of offsets) own.set(commit, commit);
  }

  end(producerId: number, outcome: 'commit' | 'abort'): void {
    const own = this.pending.get(producerId);
    if (own === undefined) return;
    this.journal.write({ kind: 'offsets-ended', group: this.group, producerId, outcome });
    this.pending.delete(producerId);
    if (outcome === 'commit') for (const commit of own.values()) this.committed.set(commit, commit);
    this.ended.wake();
  }

  get isEmpty(): boolean {
    return this.committed.size === 0;
  }

  /** Returns the committed offsets; -1 for what was never committed. */
  fetch(partitions: readonly TopicPartition[]): CommittedOffset[] {
    return partitions.map(({ topic, partition }) => {
      const found = this.committed.get({ topic, partition });
      return { topic, partition, offset: found?.offset ?? -1, metadata: found?.metadata ?? '' };
    });
  }

  /** Returns whether a transaction may still change one of them (KIP-447). */
  isUnstable(partitions: readonly TopicPartition[]): boolean {
    return [...this.pending.values()].some((own) => partitions.some((partition) => own.has(partition)));
  }

  /** Resolves when a transaction with offsets of this group has ended. */
  transactionEnd(): Promise<void> {
    return this.ended.wait();
  }

  forgetTopic(topic: string): void {
    for (const offsets of [this.committed, ...this.pending.values()]) {
      for (const commit of [...offsets.values()]) if (commit.topic === topic) offsets.delete(commit);
    }
  }

  *entries(): Generator<JournalEntry> {
    const { group } = this;
    if (this.committed.size > 0) yield { kind: 'offsets', group, offsets: [...this.committed.values()] };
    for (const [producerId, own] of this.pending) yield { kind: 'offsets-pending', group, producerId, offsets: [...own.values()] };
  }
}
