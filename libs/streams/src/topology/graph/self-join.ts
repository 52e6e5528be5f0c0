import type { Graph } from './graph.js';
import { StreamJoinNode } from './stream-join-node.js';

/**
 * `single.store.self.join`: an inner join of a stream with itself needs one window store, not two of the same content
 * (KIP-862).
 */
export function rewriteSelfJoins(graph: Graph): void {
  for (const node of graph.nodes()) {
    if (!(node instanceof StreamJoinNode) || node.parents.size !== 1 || node.parts.self === undefined) continue;
    const [parent] = node.parents;
    const other = [...parent!.children].find(({ name }) => name === node.parts.right.window);
    if (other !== undefined) parent!.removeChild(other);
    node.isSelfJoin = true;
  }
}
