import type { GraphNode } from '../../topology/graph/graph-node.js';
import type { RepartitionNode } from '../../topology/graph/repartition-node.js';
import { implicitRepartition } from '../streams/repartition.js';
import type { StreamHandle } from '../streams/stream-handle.js';

/** What an aggregate hangs on. */
export interface GroupedParent {
  readonly node: GraphNode;
  readonly sources: ReadonlySet<string>;
}

/** What the face of a grouped stream stands for. */
export interface GroupedHandle extends StreamHandle {
  /** Of the user, for the repartition topic. */
  readonly groupName: string | undefined;
  /** The stream itself, or behind a repartition topic where the key was changed; the topic is named after the group, or else after the store. */
  parentFor(store: string): GroupedParent;
}

/** A group that has a name has one repartition topic for all its aggregates; another has one for each (GroupedStreamAggregateBuilder). */
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
