import { Assembly } from '../assembly.js';
import type { OptimizationRule } from '../../config/readers.js';
import type { ResolvedTopologyConfig } from '../../config/resolve-config.js';
import { checkCopartition } from './check-copartition.js';
import { checkExplicitNames } from './explicit-names.js';
import type { Graph } from './graph.js';
import { keepNullKeys } from './keep-null-keys.js';
import { mergeRepartitions } from './merge-repartitions.js';
import { mergeSources } from './merge-sources.js';
import { reuseTableSources } from './reuse-table-sources.js';
import { rewriteSelfJoins } from './self-join.js';

const optimisers: readonly (readonly [OptimizationRule, (graph: Graph) => void])[] = [
  ['reuse.ktable.source.topics', reuseTableSources],
  ['merge.repartition.topics', mergeRepartitions],
  ['single.store.self.join', rewriteSelfJoins],
];

/**
 * Runs the passes in Kafka Streams' order and puts the topology together
 * (InternalStreamsBuilder.buildAndOptimizeTopology).
 */
export function buildAssembly(graph: Graph, config: ResolvedTopologyConfig): Assembly {
  mergeSources(graph);
  for (const [rule, optimise] of optimisers) if (config.optimization.includes(rule)) optimise(graph);
  keepNullKeys(graph);
  const assembly = new Assembly();
  graph.writeTo(assembly);
  checkCopartition(assembly);
  if (config.explicitNames) checkExplicitNames(assembly, graph.names);
  return assembly;
}
