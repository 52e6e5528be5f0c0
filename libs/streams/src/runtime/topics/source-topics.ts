import type { Admin } from '@ouzel/kafka';
import type { ApplicationPlan, SourceSpec, SubTopology } from '../../topology/plan.js';

/** Returns the topics among `existing` that match the pattern of a source node, by node. */
export function matchedTopics({ subTopologies }: ApplicationPlan, existing: Iterable<string>): Map<string, string[]> {
  const names = [...existing];
  const matched = new Map<string, string[]>();
  for (const node of subTopologies.flatMap(({ nodes }) => nodes)) {
    const { kind } = node;
    if (kind !== 'source' || !(node.topics instanceof RegExp)) continue;
    const { topics: pattern } = node;
    matched.set(node.name, names.filter((topic) => matches(pattern, topic)).sort());
  }
  return matched;
}

/** Returns whether a source node reads the topic. */
export function isSourceOf({ topics }: SourceSpec, topic: string): boolean {
  return topics instanceof RegExp ? matches(topics, topic) : topics.includes(topic);
}

/** Returns whether a sub-topology reads a topic, by name or by a pattern. */
export function readsTopic({ sourceTopics, sourcePatterns }: SubTopology, topic: string): boolean {
  return sourceTopics.includes(topic) || sourcePatterns.some((pattern) => matches(pattern, topic));
}

/** Returns the patterns of an application that none of the topics matches, as they were written. */
export function patternsWithoutTopic({ subTopologies }: ApplicationPlan, topics: readonly string[]): string[] {
  const patterns = subTopologies.flatMap(({ sourcePatterns }) => sourcePatterns);
  return patterns.filter((pattern) => !topics.some((topic) => matches(pattern, topic))).map(String);
}

/** Returns the partition counts of all topics that the cluster shows to this client, by topic. */
export async function topicsOfCluster(admin: Admin): Promise<Map<string, number>> {
  return new Map([...(await admin.topics())].map(([topic, { partitions }]) => [topic, partitions]));
}

/** A pattern must match the whole name. */
export function matches(pattern: RegExp, topic: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(topic);
}
