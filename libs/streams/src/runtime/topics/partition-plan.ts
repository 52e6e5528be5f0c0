import { FaultsError, type Fault } from '@ouzel/core';
import type { InternalTopic, SubTopology } from '../../topology/plan.js';
import { matches } from '../task/node-graph.js';

/** A sub-topology with the partition counts of the cluster: as many tasks as its widest source topic has partitions. */
export interface SizedSubTopology {
  readonly plan: SubTopology;
  /** Source topics, those of patterns included, by name. */
  readonly sources: ReadonlyMap<string, number>;
  readonly tasks: number;
}

/** How many partitions everything has. */
export interface PartitionPlan {
  readonly subTopologies: readonly SizedSubTopology[];
  /** Repartition topics and changelogs with the count that they need. */
  readonly internal: ReadonlyMap<InternalTopic, number>;
}

/**
 * Derives the partition counts of internal topics from those of the user's (RepartitionTopics, CopartitionedTopicsEnforcer): a repartition topic has what was
 * asked for, else as many as the widest source of the sub-topologies that write to it, and within a co-partitioned set the count of the others. Throws all
 * faults at once: OUZEL_COPARTITION where topics of the user differ.
 */
export function planPartitions(
  plans: readonly SubTopology[],
  sourcesOf: (plan: SubTopology) => readonly string[],
  existing: ReadonlyMap<string, number>,
): PartitionPlan {
  const repartition = new Map(plans.flatMap((plan) => plan.repartitionTopics).map((topic) => [topic.topic, topic]));
  const counts = new Map<string, number>();
  for (const plan of plans) for (const topic of sourcesOf(plan)) if (!repartition.has(topic)) counts.set(topic, existing.get(topic) ?? 0);
  for (const { topic, partitions } of repartition.values()) if (partitions !== undefined) counts.set(topic, partitions);
  deriveCounts(plans, sourcesOf, repartition, counts);
  checkCopartitioned(plans, repartition, counts);
  const subTopologies = plans.map((plan) => {
    const sources = new Map(sourcesOf(plan).map((topic) => [topic, counts.get(topic) ?? 0]));
    return { plan, sources, tasks: Math.max(0, ...sources.values()) };
  });
  const internal = new Map<InternalTopic, number>();
  for (const topic of repartition.values()) internal.set(topic, counts.get(topic.topic)!);
  for (const { plan, tasks } of subTopologies) for (const topic of plan.changelogTopics) internal.set(topic, tasks);
  return { subTopologies, internal };
}

function deriveCounts(
  plans: readonly SubTopology[],
  sourcesOf: (plan: SubTopology) => readonly string[],
  repartition: ReadonlyMap<string, InternalTopic>,
  counts: Map<string, number>,
): void {
  const writersOf = (topic: string) => plans.filter((plan) => plan.sinkTopics.includes(topic)).flatMap(sourcesOf);
  const isKnown = (topic: string) => counts.has(topic);
  for (;;) {
    const open = [...repartition.keys()].filter((topic) => !isKnown(topic));
    if (open.length === 0) break;
    // Both sides of a foreign-key join write to each other: as in Kafka Streams what is known decides, and co-partitioning has the last word.
    const next = open.find((topic) => writersOf(topic).every(isKnown)) ?? open.find((topic) => writersOf(topic).some(isKnown));
    if (next === undefined) throw unresolved(open);
    const known = writersOf(next).filter(isKnown);
    counts.set(next, Math.max(1, ...known.map((source) => counts.get(source)!)));
  }
  for (const set of plans.flatMap((plan) => plan.copartitioned)) alignCopartitioned(set, repartition, counts);
}

/** Repartition topics follow the user's topics of their set, else the count that was asked for, else the widest. */
function alignCopartitioned(set: readonly string[], repartition: ReadonlyMap<string, InternalTopic>, counts: Map<string, number>): void {
  const own = set.filter((topic) => repartition.has(topic));
  if (own.length === 0) return;
  const fixed = set.find((topic) => !repartition.has(topic)) ?? own.find((topic) => repartition.get(topic)!.partitions !== undefined);
  const count = fixed === undefined ? Math.max(...own.map((topic) => counts.get(topic)!)) : counts.get(fixed)!;
  for (const topic of own) if (repartition.get(topic)!.partitions === undefined) counts.set(topic, count);
}

function checkCopartitioned(
  plans: readonly SubTopology[],
  repartition: ReadonlyMap<string, InternalTopic>,
  counts: ReadonlyMap<string, number>,
): void {
  const faults: Fault[] = [];
  for (const plan of plans) {
    for (const set of plan.copartitioned) {
      if (new Set(set.map((topic) => counts.get(topic))).size <= 1) continue;
      const shown = set.map((topic) => `"${topic}" has ${counts.get(topic)}${repartition.has(topic) ? ' (repartition topic)' : ''}`);
      const nodes = plan.nodes.flatMap((node) => (node.kind === 'source' && readsOneOf(node.topics, set) ? [node.name] : []));
      faults.push({
        nodes,
        where: `${nodes.join(', ')} of sub-topology ${plan.id}`,
        what: `topics that are processed together have different partition counts: ${shown.join(', ')}`,
        help: 'Give them the same number of partitions, or repartition one: repartition({ partitions: n }), @Repartition({ partitions: n })',
      });
    }
  }
  if (faults.length > 0) throw new FaultsError('OUZEL_COPARTITION', faults);
}

function readsOneOf(topics: readonly string[] | RegExp, set: readonly string[]): boolean {
  return topics instanceof RegExp ? set.some((topic) => matches(topics, topic)) : topics.some((topic) => set.includes(topic));
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
