export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Returns `payment-0`: how people and logs name a partition. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** Returns `payment-0@12`: how errors and logs name the place of a record. */
export function recordPlace(record: TopicPartition & { readonly offset: number }): string {
  return `${partitionName(record)}@${record.offset}`;
}
