import type { Clock } from '@ouzel/core';
import { partitionName, type NewTopic, type TopicDescription, type TopicPartition } from '../client/index.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import type { Journal } from './journal.js';
import type { LogStorage } from './log-storage.js';
import { PartitionLog } from './partition-log.js';
import { TopicConfig } from './topic-config.js';

export interface Topic extends TopicDescription {
  readonly config: TopicConfig;
  readonly logs: readonly PartitionLog[];
}

/** The topics of the cluster and their logs. */
export class Topics {
  private readonly byName = new Map<string, Topic>();

  constructor(
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly storageOf: (place: TopicPartition) => LogStorage,
  ) {}

  /** Returns false when the topic exists. */
  create({ topic, partitions, config: given }: NewTopic): boolean {
    if (this.byName.has(topic)) return false;
    const where = `CreateTopics of ${topic}`;
    if (!/^[\w.-]{1,249}$/.test(topic) || topic === '.' || topic === '..') throw failureOf(ErrorCode.invalidTopicException, where);
    const count = partitions === -1 ? 1 : partitions;
    if (!Number.isInteger(count) || count < 1) throw failureOf(ErrorCode.invalidPartitions, where);
    const config = new TopicConfig(topic, given);
    this.journal.write({ kind: 'topic', topic, partitions: count, config: given });
    this.byName.set(topic, { topic, partitions: count, config, logs: this.logsOf(topic, config, 0, count) });
    return true;
  }

  /** Adds partitions to a topic until it has `total`. */
  addPartitions(topic: string, total: number): void {
    const where = `CreatePartitions of ${topic}`;
    const found = this.byName.get(topic);
    if (found === undefined) throw failureOf(ErrorCode.unknownTopicOrPartition, where, 'missing');
    const { partitions, config, logs } = found;
    if (!Number.isInteger(total) || total <= partitions) throw failureOf(ErrorCode.invalidPartitions, where);
    this.journal.write({ kind: 'partitions', topic, total });
    this.byName.set(topic, { topic, partitions: total, config, logs: [...logs, ...this.logsOf(topic, config, partitions, total)] });
  }

  delete(topic: string): void {
    const found = this.byName.get(topic);
    if (found === undefined) throw failureOf(ErrorCode.unknownTopicOrPartition, `DeleteTopics of ${topic}`, 'missing');
    this.byName.delete(topic);
    this.journal.write({ kind: 'topic-deleted', topic });
    for (const log of found.logs) log.delete();
  }

  deleteRecords({ topic, partition }: TopicPartition, offset: number): void {
    const log = this.log({ topic, partition }, 'DeleteRecords');
    const start = log.startAfterDeleting(offset);
    if (start === log.startOffset) return;
    this.journal.write({ kind: 'log-start', topic, partition, offset: start });
    log.deleteBefore(start);
  }

  all(): Iterable<Topic> {
    return this.byName.values();
  }

  find(topic: string): Topic | undefined {
    return this.byName.get(topic);
  }

  /** Returns undefined when there is no such partition. */
  findLog({ topic, partition }: TopicPartition): PartitionLog | undefined {
    return this.byName.get(topic)?.logs[partition];
  }

  private logsOf(topic: string, config: TopicConfig, from: number, to: number): PartitionLog[] {
    return Array.from({ length: to - from }, (_, i) => {
      const place = { topic, partition: from + i };
      return new PartitionLog(place, config, this.clock, this.storageOf(place));
    });
  }

  /** Throws `missing` when there is no such partition. `request` is its name in the error. */
  log(place: TopicPartition, request: string): PartitionLog {
    const log = this.findLog(place);
    if (log === undefined) throw failureOf(ErrorCode.unknownTopicOrPartition, `${request} of ${partitionName(place)}`, 'missing');
    return log;
  }
}
