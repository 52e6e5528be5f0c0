import { partitionName, type TopicPartition } from './topic-partition.js';

/**
 * A map whose keys are partitions. Keys with the same topic and number are equal. Iterates in the order in which the
 * partitions were first set.
 */
export class PartitionMap<T> {
  private readonly rows = new Map<string, readonly [TopicPartition, T]>();

  /** Returns a map of items that are about one partition each. */
  static of<T extends TopicPartition>(items: Iterable<T>): PartitionMap<T> {
    const map = new PartitionMap<T>();
    for (const item of items) map.set(item, item);
    return map;
  }

  get size(): number {
    return this.rows.size;
  }

  get(place: TopicPartition): T | undefined {
    return this.rows.get(partitionName(place))?.[1];
  }

  has(place: TopicPartition): boolean {
    return this.rows.has(partitionName(place));
  }

  set(place: TopicPartition, value: T): void {
    const { topic, partition } = place;
    this.rows.set(partitionName(place), [{ topic, partition }, value]);
  }

  /** Returns whether the partition was there. */
  delete(place: TopicPartition): boolean {
    return this.rows.delete(partitionName(place));
  }

  clear(): void {
    this.rows.clear();
  }

  entries(): Iterable<readonly [TopicPartition, T]> {
    return this.rows.values();
  }

  *keys(): Iterable<TopicPartition> {
    for (const [place] of this.rows.values()) yield place;
  }

  *values(): Iterable<T> {
    for (const [, value] of this.rows.values()) yield value;
  }
}
