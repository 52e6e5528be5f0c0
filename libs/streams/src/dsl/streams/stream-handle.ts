import type { SerdeRef } from '../../topology/declarations.js';
import type { Graph } from '../../topology/graph/graph.js';
import type { GraphNode } from '../../topology/graph/graph-node.js';

/** What the face of a stream or table stands for: a node of the graph and what is known of its records. */
export interface StreamHandle {
  readonly graph: Graph;
  readonly node: GraphNode;
  /** Undefined: the default of the application. */
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** Names of the source nodes that feed it, back to the last repartition topic. */
  readonly sources: ReadonlySet<string>;
  /** The key was changed above: the next keyed operator must repartition. */
  readonly needsRepartition: boolean;
}
