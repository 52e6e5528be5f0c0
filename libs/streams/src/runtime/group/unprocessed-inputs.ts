import type { TopicPartition } from '@ouzel/kafka';

/** Partitions of a source topic that no instance of the group processes, and why. */
export interface UnprocessedInput {
  readonly topic: string;
  readonly partitions: readonly number[];
  readonly reason: string;
}

const rivals =
  'instances run different versions of the topology, and the one that has them reads other partitions of the same sub-topology';
const foreign = 'the leader of the group gave them to this instance, whose version of the topology does not read the topic';

/**
 * Returns the partitions that no member can process by the leader's account, and those of this member that it can not
 * process.
 */
export function unreadInputs(
  ofGroup: Readonly<Record<string, readonly number[]>>,
  own: readonly TopicPartition[],
): readonly UnprocessedInput[] {
  const given = new Map<string, number[]>();
  for (const { topic, partition } of own) given.set(topic, [...(given.get(topic) ?? []), partition]);
  return [
    ...Object.entries(ofGroup).map(([topic, partitions]) => ({ topic, partitions, reason: rivals })),
    ...[...given].map(([topic, partitions]) => ({ topic, partitions, reason: foreign })),
  ];
}
