import { FaultsError, type Fault } from '@ouzel/core';
import type { InternalTopicNeeds, SourceNeeds, TopicNeeds } from './topic-needs.js';

/** A sub-topology with the partition counts of the cluster: as many tasks as its widest source topic has partitions. */
export interface SizedSubTopology {
  readonly needs: TopicNeeds;
  /** Partition counts of the source topics, those of patterns included, by name. */
  readonly sources: ReadonlyMap<string, number>;
  readonly tasks: number;
}

/** A repartition topic or changelog with the partition count that it must have. */
export interface SizedInternalTopic extends InternalTopicNeeds {
  readonly count: number;
}

/** The partition counts of one topology. */
export interface PartitionPlan {
  readonly subTopologies: readonly SizedSubTopology[];
  /**
   * The internal topics that can be created. A topic that only patterns feed is left out until a topic matches one of
   * them.
   */
  readonly internal: readonly SizedInternalTopic[];
}

/** Returns the topics of the cluster that match the pattern of a source node; none where the node reads by name. */
export type MatchedTopics = (node: string) => readonly string[];

/** Returns the topics that source nodes read, each once. */
type TopicsOf = (sources: readonly SourceNeeds[]) => readonly string[];

/**
 * Returns the partition counts of internal topics, derived from those of the user's topics in `existing`
 * (RepartitionTopics, CopartitionedTopicsEnforcer). A repartition topic has the count that was asked for, else as many
 * partitions as the widest source of the sub-topologies that write to it; within a co-partitioned set it has the count
 * of the others. Throws all faults of one kind at once: OUZEL_TOPIC_MISSING where a topic that is read by name does not
 * exist, OUZEL_COPARTITION where topics of the user differ, OUZEL_TOPOLOGY where a count depends on itself.
 */
export function planPartitions(
  topology: readonly TopicNeeds[],
  matched: MatchedTopics,
  existing: ReadonlyMap<string, number>,
): PartitionPlan {
  const repartition = new Map(topology.flatMap((needs) => needs.repartition).map((topic) => [topic.topic, topic]));
  const topicsOf: TopicsOf = (sources) => [...new Set(sources.flatMap(({ node, topics }) => [...topics, ...matched(node)]))];
  requireSources(topology, repartition, existing);
  const counts = new Map<string, number>();
  for (const topic of topicsOf(topology.flatMap(({ sources }) => sources)))
    if (!repartition.has(topic)) counts.set(topic, existing.get(topic) ?? 0);
  for (const { topic, partitions } of repartition.values()) if (partitions !== null) counts.set(topic, partitions);
  const copartitioned = topology.flatMap((needs) => copartitionedOf(needs, topicsOf));
  deriveCounts(topology, topicsOf, repartition, counts);
  for (const { topics } of copartitioned) alignCopartitioned(topics, repartition, counts);
  checkCopartitioned(copartitioned, repartition, counts);
  const subTopologies = topology.map((needs) => {
    const sources = new Map(topicsOf(needs.sources).map((topic) => [topic, counts.get(topic) ?? 0]));
    return { needs, sources, tasks: Math.max(0, ...sources.values()) };
  });
  const changelogs = subTopologies.flatMap(({ needs, tasks }) => needs.changelogs.map((topic) => ({ ...topic, count: tasks })));
  const repartitions = [...repartition.values()].map((topic) => ({ ...topic, count: counts.get(topic.topic)! }));
  return { subTopologies, internal: [...repartitions, ...changelogs].filter(({ count }) => count > 0) };
}

function requireSources(
  topology: readonly TopicNeeds[],
  repartition: ReadonlyMap<string, InternalTopicNeeds>,
  existing: ReadonlyMap<string, number>,
): void {
  const faults = topology.flatMap(({ sources }) =>
    sources.flatMap(({ node, topics }) =>
      topics
        .filter((topic) => !existing.has(topic) && !repartition.has(topic))
        .map((topic): Fault => ({ nodes: [node], where: `source ${node}`, what: `topic "${topic}" does not exist`, help: missingHelp })),
    ),
  );
  if (faults.length > 0) throw new FaultsError('OUZEL_TOPIC_MISSING', faults);
}

/** The advice of an error about a topic of the user that does not exist. */
export const missingHelp = 'Create it; or set `waitForTopics` if another application does';

function deriveCounts(
  topology: readonly TopicNeeds[],
  topicsOf: TopicsOf,
  repartition: ReadonlyMap<string, InternalTopicNeeds>,
  counts: Map<string, number>,
): void {
  const writersOf = (topic: string) => topology.filter(({ sinks }) => sinks.includes(topic));
  const feedsOf = (topic: string) => writersOf(topic).flatMap(({ sources }) => topicsOf(sources));
  const isKnown = (topic: string) => counts.has(topic);
  for (;;) {
    const open = [...repartition.keys()].filter((topic) => !isKnown(topic));
    if (open.length === 0) break;
    // Both sides of a foreign-key join write to each other. As in Kafka Streams, what is known decides, and
    // co-partitioning corrects it.
    const next = open.find((topic) => feedsOf(topic).every(isKnown)) ?? open.find((topic) => feedsOf(topic).some(isKnown));
    if (next === undefined) throw unresolved(open);
    const known = feedsOf(next).filter(isKnown);
    // A topic that only patterns feed gets its count when a topic matches one of them.
    const least = writersOf(next).length === 0 ? 1 : 0;
    counts.set(next, Math.max(least, ...known.map((source) => counts.get(source)!)));
  }
}

/** Topics that are processed together, with the source nodes that read them. */
interface Copartitioned {
  readonly topics: readonly string[];
  readonly nodes: readonly string[];
  readonly subtopology: number;
}

function copartitionedOf({ id, sources, copartitioned }: TopicNeeds, topicsOf: TopicsOf): Copartitioned[] {
  return copartitioned.map((nodes) => ({ topics: topicsOf(sources.filter(({ node }) => nodes.includes(node))), nodes, subtopology: id }));
}

/**
 * Gives the repartition topics of a set the count of the user's topics in it, else the count that was asked for, else
 * the widest.
 */
function alignCopartitioned(
  set: readonly string[],
  repartition: ReadonlyMap<string, InternalTopicNeeds>,
  counts: Map<string, number>,
): void {
  const own = set.filter((topic) => repartition.has(topic));
  if (own.length === 0) return;
  const isAskedFor = (topic: string) => repartition.get(topic)!.partitions !== null;
  const fixed = set.find((topic) => !repartition.has(topic)) ?? own.find(isAskedFor);
  const count = fixed === undefined ? Math.max(...own.map((topic) => counts.get(topic)!)) : counts.get(fixed)!;
  for (const topic of own) if (!isAskedFor(topic)) counts.set(topic, count);
}

function checkCopartitioned(
  copartitioned: readonly Copartitioned[],
  repartition: ReadonlyMap<string, InternalTopicNeeds>,
  counts: ReadonlyMap<string, number>,
): void {
  const faults: Fault[] = [];
  for (const { topics, nodes, subtopology } of copartitioned) {
    if (new Set(topics.map((topic) => counts.get(topic))).size <= 1) continue;
    const shown = topics.map((topic) => `"${topic}" has ${counts.get(topic)}${repartition.has(topic) ? ' (repartition topic)' : ''}`);
    faults.push({
      nodes,
      where: `${nodes.join(', ')} of sub-topology ${subtopology}`,
      what: `topics that are processed together have different partition counts: ${shown.join(', ')}`,
      help: 'Give them the same number of partitions, or repartition one: repartition({ partitions: n }), @Repartition({ partitions: n })',
    });
  }
  if (faults.length > 0) throw new FaultsError('OUZEL_COPARTITION', faults);
}

function unresolved(topics: readonly string[]): FaultsError {
  return new FaultsError(
    'OUZEL_TOPOLOGY',
    topics.map((topic) => ({
      what: `the partition count of "${topic}" depends on itself`,
      help: 'Give it a number: repartition({ partitions: n })',
    })),
  );
}
