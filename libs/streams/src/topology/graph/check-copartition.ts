import { TopologyError } from '@ouzel/core';
import type { Assembly } from '../assembly.js';

/** The partition count that `repartition` asks for. */
interface RequestedPartitions {
  readonly source: string;
  readonly topic: string;
  readonly partitions: number;
}

/**
 * Topics that are joined or grouped together need one partition count, so `repartition` must not ask for different
 * ones. Throws OUZEL_COPARTITION.
 */
export function checkCopartition(assembly: Assembly): void {
  for (const sources of assembly.copartitioned) {
    const asked = [...sources].flatMap((source) => askedFor(assembly, source));
    const [first] = asked;
    const other = asked.find(({ partitions }) => partitions !== first!.partitions);
    if (other === undefined) continue;
    throw new TopologyError('OUZEL_COPARTITION', {
      what: `topic "${first!.topic}" is to have ${first!.partitions} partitions, topic "${other.topic}" ${other.partitions}, and they are joined or grouped together`,
      help: 'Ask for the same number, or leave one out.',
      nodes: [first!.source, other.source],
    });
  }
}

function askedFor({ nodes, repartitionTopics }: Assembly, source: string): RequestedPartitions[] {
  const node = nodes.get(source);
  if (node?.kind !== 'source' || node.topics instanceof RegExp) return [];
  return node.topics.flatMap((topic) => {
    const partitions = repartitionTopics.get(topic);
    return partitions === undefined ? [] : [{ source, topic, partitions }];
  });
}
