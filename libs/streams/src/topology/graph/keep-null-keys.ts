import type { GraphNode } from './graph-node.js';
import type { Graph } from './graph.js';
import { RepartitionNode } from './repartition-node.js';

/**
 * Records without a key are dropped above a repartition topic, except where a join below gives them a meaning (KIP-962,
 * NodesWithRelaxedNullKeyJoinDownstream). Always done, after the optimiser.
 */
export function keepNullKeys(graph: Graph): void {
  const known = new Map<GraphNode, boolean>();
  const hasRelaxedJoinBelow = (node: GraphNode): boolean => {
    let found = known.get(node);
    if (found === undefined) {
      found = [...node.children].map((child) => hasRelaxedJoinBelow(child) || child.traits.takesNullKeys).includes(true);
      known.set(node, found);
    }
    return found;
  };
  for (const node of graph.nodes()) if (node instanceof RepartitionNode) node.keepsNullKeys = hasRelaxedJoinBelow(node);
}
