export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Returns the name of a partition in logs and errors: `payment-0`. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

/** Returns the name of a record's place in logs and errors: `payment-0@12`. */
export function recordPlace(record: TopicPartition & { readonly offset: number }): string {
  return `${partitionName(record)}@${record.offset}`;
}
