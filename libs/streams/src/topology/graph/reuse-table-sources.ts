import type { Graph } from './graph.js';
import { TableSourceNode } from './source-nodes.js';

/**
 * `reuse.ktable.source.topics`: what a table's store holds is in its source topic already, so that topic is the
 * changelog.
 */
export function reuseTableSources(graph: Graph): void {
  for (const node of graph.nodes()) if (node instanceof TableSourceNode) node.reusesSource = true;
}
