import type { Clock, Random } from '@ouzel/core';
import type { NewTopic, TopicPartition } from '../client/index.js';
import { Group } from './group.js';
import { GroupOffsets } from './group-offsets.js';
import { noJournal, type Journal, type JournalEntry } from './journal.js';
import { noStorage, type LogStorage } from './log-storage.js';
import { Topics } from './topics.js';
import { Transactions, type TransactionVersion } from './transactions.js';

/** Keeps the data of a cluster beyond the life of the process. */
export interface Storage {
  readonly journal: Journal;
  logOf(place: TopicPartition): LogStorage;
  close(): void;
}
export const noClusterStorage: Storage = { journal: noJournal, logOf: () => noStorage, close() {} };

/**
 * A Kafka of one broker, in this process: topics, groups and transactions. Every request but a join takes effect at
 * once.
 */
export class Cluster {
  readonly topics: Topics;
  readonly transactions: Transactions;
  private readonly groups = new Map<string, Group>();
  private closed = false;

  constructor(
    readonly clock: Clock,
    readonly random: Random,
    transactionVersion: TransactionVersion,
    private readonly storage: Storage = noClusterStorage,
  ) {
    this.topics = new Topics(clock, storage.journal, (place) => storage.logOf(place));
    this.transactions = new Transactions(this, storage.journal, transactionVersion);
  }

  group(name: string): Group {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new Group(name, new GroupOffsets(name, this.storage.journal, this.clock), this.clock, this.random);
      this.groups.set(name, group);
    }
    return group;
  }

  /** Returns the groups that have members or committed offsets. */
  groupNames(): readonly string[] {
    return [...this.groups].flatMap(([name, group]) => (group.isEmpty ? [] : [name]));
  }

  createTopics(topics: Iterable<NewTopic>): void {
    for (const topic of topics) this.topics.create(topic);
  }

  deleteTopic(topic: string): void {
    this.topics.delete(topic);
    for (const group of this.groups.values()) group.offsets.forgetTopic(topic);
  }

  /** Returns the state of the cluster without its records, as the first entries of a new journal. */
  *snapshot(): Generator<JournalEntry> {
    yield { kind: 'producer-id', next: this.transactions.nextId };
    for (const { topic, partitions, config, logs } of this.topics.all()) {
      yield { kind: 'topic', topic, partitions, config: config.given };
      for (const { place, startOffset } of logs) if (startOffset > 0) yield { kind: 'log-start', ...place, offset: startOffset };
    }
    for (const { offsets } of this.groups.values()) yield* offsets.entries();
    yield* this.transactions.entries();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.transactions.close();
    for (const group of this.groups.values()) group.close();
    for (const topic of this.topics.all()) for (const log of topic.logs) log.close();
    this.storage.close();
  }
}
