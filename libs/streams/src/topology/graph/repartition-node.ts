import type { Assembly } from '../assembly.js';
import type { SerdeRef } from '../declarations.js';
import type { StreamPartitioner } from '../plan.js';
import { GraphNode } from './graph-node.js';
import type { NameGenerator } from './name-generator.js';
import type { CreateNode } from './processor-node.js';

const suffix = '-repartition';

/** The three nodes around a repartition topic. */
export interface RepartitionNames {
  /** Without the application id. */
  readonly topic: string;
  readonly sink: string;
  readonly filter: string;
  readonly source: string;
}

/**
 * Always takes three numbers; uses them only where the topic itself has a generated name
 * (KStreamImpl.createRepartitionedSource).
 */
export function repartitionNames(names: NameGenerator, base: string): RepartitionNames {
  const topic = base.endsWith(suffix) ? base : base + suffix;
  const sink = names.processor('KSTREAM-SINK-');
  const filter = names.processor('KSTREAM-FILTER-');
  const source = names.processor('KSTREAM-SOURCE-');
  if (/^KSTREAM.*-\d{10}$/.test(base)) return { topic, sink, filter, source };
  return { topic, sink: `${topic}-sink`, filter: `${topic}-filter`, source: `${topic}-source` };
}

/** Makes the node above the topic's sink. */
export interface KeyFilters {
  readonly dropNullKeys: CreateNode;
  readonly keepNullKeys: CreateNode;
}

export interface RepartitionParts {
  readonly names: RepartitionNames;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  readonly partitions: number | undefined;
  readonly partitioner: StreamPartitioner | undefined;
  readonly filters: KeyFilters;
  /** Asked for by the user: the optimiser leaves it alone. */
  readonly isExplicit: boolean;
}

/**
 * A topic that brings records of one key together again: filter, sink, source (OptimizableRepartitionNode,
 * UnoptimizableRepartitionNode).
 */
export class RepartitionNode extends GraphNode {
  /** Records without a key mean something below; set by a pass over the graph. */
  keepsNullKeys = false;

  constructor(readonly parts: RepartitionParts) {
    super(parts.names.source);
  }

  override writeTo(assembly: Assembly): void {
    const { names, key, value, partitions, partitioner, filters } = this.parts;
    assembly.addRepartitionTopic(names.topic, partitions);
    assembly.addProcessor({
      kind: 'processor',
      name: names.filter,
      parents: this.parentNames,
      needs: [],
      create: this.keepsNullKeys ? filters.keepNullKeys : filters.dropNullKeys,
    });
    assembly.addSink({ kind: 'sink', name: names.sink, parents: [names.filter], topic: names.topic, key, value, partitioner });
    assembly.addSource({ kind: 'source', name: names.source, topics: [names.topic], key, value, ...internalSource });
  }
}

/** How topics that Ouzel wrote are read: with their own timestamps, deletions too. */
export const internalSource = { timestamp: ownTimestamp, offsetReset: undefined, tombstones: 'pass' } as const;

function ownTimestamp({ timestamp }: { readonly timestamp: number }): number {
  return timestamp;
}
