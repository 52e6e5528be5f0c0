import type { GraphNode } from '../../topology/graph/graph-node.js';
import type { RepartitionNode } from '../../topology/graph/repartition-node.js';
import type { StreamHandle } from '../handles.js';
import { implicitRepartition } from '../streams/repartition.js';

/** The node that an aggregate is added below. */
export interface GroupedParent {
  readonly node: GraphNode;
  readonly sources: ReadonlySet<string>;
}

/** The internals of a grouped stream. */
export interface GroupedHandle extends StreamHandle {
  /** The user's name for the repartition topic. */
  readonly groupName: string | undefined;
  /**
   * Returns the stream itself, or a repartition topic behind it where the key was changed. The topic is named after the
   * group, or else after the store.
   */
  parentFor(store: string): GroupedParent;
}

/**
 * A group with a name has one repartition topic for all its aggregates; a group without one has a topic for each
 * (GroupedStreamAggregateBuilder).
 */
export function groupedHandle(stream: StreamHandle, groupName: string | undefined): GroupedHandle {
  let shared: RepartitionNode | undefined;
  return {
    ...stream,
    groupName,
    parentFor(store) {
      if (!stream.needsRepartition) return stream;
      const fresh = implicitRepartition(stream, groupName ?? store, stream.key, stream.value);
      if (shared === undefined || groupName === undefined) shared = fresh;
      stream.graph.add(stream.node, shared);
      return { node: shared, sources: new Set([shared.name]) };
    },
  };
}
