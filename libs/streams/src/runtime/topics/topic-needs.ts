import type { SubTopology } from '../../topology/plan.js';

/** A source node and the topics that it reads by name; none where it reads a pattern. */
export interface SourceNeeds {
  readonly node: string;
  readonly topics: readonly string[];
}

/** A repartition topic or changelog that must exist before the tasks of a sub-topology can run. */
export interface InternalTopicNeeds {
  readonly topic: string;
  /** The partition count that the topology asks for; null where it is derived from other topics. */
  readonly partitions: number | null;
  readonly config: Readonly<Record<string, string>>;
}

/**
 * The topics of a sub-topology, with all that must be known to create its internal topics and to share out its tasks.
 * It is plain data, so that a leader can work with the sub-topologies of a version that it does not run itself.
 */
export interface TopicNeeds {
  readonly fingerprint: string;
  /** Its number in its topology. */
  readonly id: number;
  readonly isStateful: boolean;
  readonly sources: readonly SourceNeeds[];
  /** Topics that its sinks name. */
  readonly sinks: readonly string[];
  /** Sets of source nodes whose topics must all have the same partition count. */
  readonly copartitioned: readonly (readonly string[])[];
  /** The source topics that are repartition topics. */
  readonly repartition: readonly InternalTopicNeeds[];
  /** The changelogs, without source topics that serve as changelogs. */
  readonly changelogs: readonly InternalTopicNeeds[];
  /** The source topics that serve as changelogs. */
  readonly tables: readonly string[];
}

export function topicNeedsOf(plan: SubTopology): TopicNeeds {
  const internal = ({ topic, partitions, config }: SubTopology['changelogTopics'][number]): InternalTopicNeeds => ({
    topic,
    partitions: partitions ?? null,
    config,
  });
  return {
    fingerprint: plan.fingerprint,
    id: plan.id,
    isStateful: plan.stores.length > 0,
    sources: plan.nodes.flatMap((node) =>
      node.kind === 'source' ? [{ node: node.name, topics: node.topics instanceof RegExp ? [] : node.topics }] : [],
    ),
    sinks: plan.sinkTopics,
    copartitioned: plan.copartitioned,
    repartition: plan.repartitionTopics.map(internal),
    changelogs: plan.changelogTopics.filter(({ kind }) => kind === 'changelog').map(internal),
    tables: plan.changelogTopics.filter(({ kind }) => kind === 'source as changelog').map(({ topic }) => topic),
  };
}
