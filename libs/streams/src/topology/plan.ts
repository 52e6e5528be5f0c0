import type { ProcessorNode } from '../processor/node.js';
import type { Serde } from '../serdes/serde.js';
import type { StorePlan } from '../state/kind/store-plan.js';
import type { RecordMetadata, StreamRecord } from '../record/record.js';
import type { TimestampExtractor } from '../processor/timestamps.js';
import type { Duration } from '@ouzel/core';
import type { TopicConfig } from '../state/store.js';

export type { StorePlan };

/** A partition, several (multicast), none (empty), or undefined for the default (murmur2 of the key). */
export type StreamPartitioner<K = unknown, V = unknown> = (
  value: V,
  key: K,
  topic: string,
  partitions: number,
) => number | readonly number[] | undefined;
export type TopicNameExtractor<K = unknown, V = unknown> = (
  value: V,
  key: K,
  record: StreamRecord<K, V>,
  metadata: RecordMetadata | null,
) => string;
export type OffsetReset = 'earliest' | 'latest' | 'none' | { byDuration: Duration };

/**
 * A node of a plan: data, shared by all tasks. A plan has nodes of all types, so what the DSL puts in is cast to
 * unknown; the types of the DSL have made sure that a node is given the keys and values that it expects.
 */
export interface SourceSpec {
  readonly kind: 'source';
  readonly name: string;
  /** As the user wrote them; internal ones (repartition) without the application id. */
  readonly topics: readonly string[] | RegExp;
  /** Undefined: the default of the configuration. */
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly timestamp: TimestampExtractor | undefined;
  readonly offsetReset: OffsetReset | undefined;
  readonly tombstones: 'pass' | 'drop';
}
export interface ProcessorSpec {
  readonly kind: 'processor';
  readonly name: string;
  readonly parents: readonly string[];
  readonly stores: readonly string[];
  /** One per task. */
  create(): ProcessorNode | Promise<ProcessorNode>;
}
export interface SinkSpec {
  readonly kind: 'sink';
  readonly name: string;
  readonly parents: readonly string[];
  readonly topic: string | TopicNameExtractor;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly partitioner: StreamPartitioner | undefined;
}
export type NodeSpec = SourceSpec | ProcessorSpec | SinkSpec;

/** A topic that Ouzel creates, with its full name. */
export interface InternalTopic {
  readonly topic: string;
  readonly kind: 'repartition' | 'changelog' | 'source as changelog';
  readonly subtopology: number;
  /** The number asked for by `repartition({ partitions })`; undefined: derived. */
  readonly partitions: number | undefined;
  readonly config: TopicConfig;
}

/**
 * One connected part of a plan with the names of one application: what a task per partition is made from. All topic
 * names are full. Nodes are in the order of the plan: parents before children.
 */
export interface SubTopology {
  readonly id: number;
  /** Stable over renumbering: a hash of its store names and topics. Names the task's folder. */
  readonly fingerprint: string;
  readonly nodes: readonly NodeSpec[];
  readonly stores: readonly StorePlan[];
  /** Source topics with a full name; those of patterns are found at run time. */
  readonly sourceTopics: readonly string[];
  readonly sourcePatterns: readonly RegExp[];
  /** Sink topics that are known (no extractor). */
  readonly sinkTopics: readonly string[];
  /** Among the source topics. */
  readonly repartitionTopics: readonly InternalTopic[];
  readonly changelogTopics: readonly InternalTopic[];
  /** Sets of source nodes whose topics must all have the same partition count. */
  readonly copartitioned: readonly (readonly string[])[];
}

/** A source topic of a global store and the nodes behind it. */
export interface GlobalPlan {
  readonly nodes: readonly NodeSpec[];
  readonly stores: readonly StorePlan[];
  readonly sourceTopics: readonly string[];
  /** Stores whose records go through their processor again on restore, by store name. */
  readonly reprocessed: ReadonlySet<string>;
}

/** A topology with the names and defaults of one application: what the runtime works from. */
export interface ApplicationPlan {
  readonly applicationId: string;
  readonly subTopologies: readonly SubTopology[];
  readonly global: GlobalPlan | undefined;
  readonly internalTopics: readonly InternalTopic[];
}
