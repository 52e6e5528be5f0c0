import type { StreamPartitioner } from '../../topology/plan.js';
import { TopologyError } from '@ouzel/core';
import { Filter } from '../../operators/filter.js';
import { PassThrough } from '../../operators/pass-through.js';
import type { SerdeRef } from '../../topology/declarations.js';
import { RepartitionNode, repartitionNames, type KeyFilters } from '../../topology/graph/repartition-node.js';
import type { Repartitioned } from '../options/index.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';

const filters: KeyFilters = {
  dropNullKeys: () => new Filter((_value, key) => key !== null && key !== undefined),
  keepNullKeys: () => new PassThrough(),
};

/**
 * Makes a repartition node for an operator that needs its input by key. It is not in the graph yet. Takes three
 * numbers.
 */
export function implicitRepartition({ graph }: StreamHandle, base: string, key: SerdeRef, value: SerdeRef): RepartitionNode {
  return new RepartitionNode({
    names: repartitionNames(graph.names, base),
    key,
    value,
    partitions: undefined,
    partitioner: undefined,
    filters,
    isExplicit: false,
  });
}

const joinedBehind = new WeakMap<StreamHandle, RepartitionNode>();

/**
 * Returns the stream behind a repartition topic, for a join that needs it by key. Takes three numbers each time. A join
 * without a name shares the topic of the join before it (KStreamImpl.repartitionForJoin).
 */
export function repartitionForJoin(stream: StreamHandle, name: string | undefined, key: SerdeRef, value: SerdeRef): StreamHandle {
  const [keySerde, valueSerde] = [key ?? stream.key, value ?? stream.value];
  const fresh = implicitRepartition(stream, name ?? stream.node.name, keySerde, valueSerde);
  const shared = name === undefined ? joinedBehind.get(stream) : undefined;
  if (shared !== undefined) return behind(stream, shared, keySerde, valueSerde);
  joinedBehind.set(stream, fresh);
  stream.graph.add(stream.node, fresh);
  return behind(stream, fresh, keySerde, valueSerde);
}

/** `KStream.repartition`: always a topic, which the optimiser leaves alone. */
export function repartitionStream<K, V>(stream: StreamHandle, options?: Repartitioned<K, V>): StreamHandle {
  const checked = withSerdes(options, 'repartition');
  const { partitions, partitioner } = checked;
  if (partitions !== undefined && !(Number.isInteger(partitions) && partitions > 0)) {
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `partitions of repartition must be a whole number of at least 1, not ${String(partitions)}`,
    });
  }
  if (partitioner !== undefined) callback(partitioner, 'the partitioner of repartition');
  const { names } = stream.graph;
  const base = nameIn(options, 'repartition') ?? names.processor('KSTREAM-REPARTITION-');
  const [key, value] = [checked.key ?? stream.key, checked.value ?? stream.value];
  const node = new RepartitionNode({
    names: repartitionNames(names, base),
    key,
    value,
    partitions,
    partitioner: partitioner as StreamPartitioner | undefined,
    filters,
    isExplicit: true,
  });
  return behind(stream, stream.graph.add(stream.node, node), key, value);
}

function behind({ graph }: StreamHandle, repartition: RepartitionNode, key: SerdeRef, value: SerdeRef): StreamHandle {
  return { graph, node: repartition, key, value, sources: new Set([repartition.name]), needsRepartition: false };
}
