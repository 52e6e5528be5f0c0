import type { ApplicationPlan, NodeSpec, SubTopology } from '@ouzel/streams/testing';

/** A source pattern and the one input that stands for all topics that match it. */
export interface PatternInput {
  readonly pattern: RegExp;
  readonly input: string;
}

/**
 * Makes one sub-topology of all, on one partition. Kafka Streams' driver runs them as the single task 0_0, so that they
 * share stream time and the choice of the next record. A source pattern becomes one input, because the topics that will
 * match it are not known.
 */
export function wholePlan({ subTopologies }: ApplicationPlan): SubTopology {
  const all = <T>(of: (part: SubTopology) => readonly T[]): T[] => subTopologies.flatMap(of);
  return {
    id: 0,
    fingerprint: 'whole',
    nodes: all(({ nodes }) => nodes).map(withoutPattern),
    stores: all(({ stores }) => stores),
    sourceTopics: [...all(({ sourceTopics }) => sourceTopics), ...patternInputs(subTopologies).map(({ input }) => input)],
    sourcePatterns: [],
    sinkTopics: all(({ sinkTopics }) => sinkTopics),
    repartitionTopics: all(({ repartitionTopics }) => repartitionTopics),
    changelogTopics: all(({ changelogTopics }) => changelogTopics),
    copartitioned: [],
  };
}

export function patternInputs(subTopologies: readonly SubTopology[]): PatternInput[] {
  return subTopologies.flatMap(({ sourcePatterns }) => sourcePatterns).map((pattern) => ({ pattern, input: pattern.source }));
}

function withoutPattern(node: NodeSpec): NodeSpec {
  return node.kind === 'source' && node.topics instanceof RegExp ? { ...node, topics: [node.topics.source] } : node;
}
