import type { Clock, Random } from '../../clock/index.js';
import type { NewTopic, TopicPartition } from '../driver.js';
import { Group } from './group.js';
import { GroupOffsets } from './group-offsets.js';
import { noJournal, type Journal } from './journal.js';
import { noStorage, type LogStorage } from './log-storage.js';
import { Topics } from './topics.js';
import { Transactions } from './transactions.js';

/** Where a cluster keeps what outlives the process. */
export interface Storage {
  readonly journal: Journal;
  logOf(place: TopicPartition): LogStorage;
}
export const noClusterStorage: Storage = { journal: noJournal, logOf: () => noStorage };

/** A Kafka of one broker, in this process: topics, groups and transactions. Every call is answered at once, except joins. */
export class Cluster {
  readonly topics: Topics;
  readonly transactions: Transactions;
  private readonly groups = new Map<string, Group>();
  private readonly journal: Journal;

  constructor(
    readonly clock: Clock,
    readonly random: Random,
    storage: Storage = noClusterStorage,
  ) {
    this.journal = storage.journal;
    this.topics = new Topics(clock, storage.journal, (place) => storage.logOf(place));
    this.transactions = new Transactions(this, storage.journal);
  }

  group(name: string): Group {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new Group(name, new GroupOffsets(name, this.journal), this.clock, this.random);
      this.groups.set(name, group);
    }
    return group;
  }

  createTopics(topics: Iterable<NewTopic>): void {
    for (const topic of topics) this.topics.create(topic);
  }

  deleteTopic(topic: string): void {
    this.topics.delete(topic);
    for (const group of this.groups.values()) group.offsets.forgetTopic(topic);
  }

  allGroups(): Iterable<Group> {
    return this.groups.values();
  }

  close(): void {
    this.transactions.close();
    for (const group of this.groups.values()) group.close();
    for (const topic of this.topics.all()) for (const log of topic.logs) log.close();
  }
}
