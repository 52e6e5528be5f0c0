import type { TableViewSpec } from '../operators/table-view.js';
import type { SerdeRef } from '../topology/declarations.js';
import type { GraphNode } from '../topology/graph/graph-node.js';
import { Graph } from '../topology/graph/graph.js';
import type { TableState } from '../topology/graph/table-state.js';
import type { KStream, KTable } from './streams-and-tables.js';

/**
 * The graph of one builder. It also makes the streams and tables that users see, so that their implementations need not
 * import each other.
 */
export abstract class DslGraph extends Graph {
  abstract stream<K, V>(handle: StreamHandle): KStream<K, V>;
  abstract table<K, V>(handle: TableHandle): KTable<K, V>;
}

/** The internals of a stream: its node in the graph, and the serdes and sources of its records. */
export interface StreamHandle {
  readonly graph: DslGraph;
  readonly node: GraphNode;
  /** Undefined: the default of the application. */
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** Names of the source nodes that feed it, back to the last repartition topic. */
  readonly sources: ReadonlySet<string>;
  /** The key was changed above: the next keyed operator must repartition. */
  readonly needsRepartition: boolean;
}

/** The internals of a table. */
export interface TableHandle extends Omit<StreamHandle, 'needsRepartition'> {
  readonly table: TableState;
  readonly queryableStoreName: string | null;
  /**
   * Returns how its rows are read. Called when the nodes of a task are made, and only for tables that an operator
   * reads.
   */
  view(): TableViewSpec<unknown, unknown>;
}

/** The internals of a global table. */
export interface GlobalTableHandle {
  readonly graph: DslGraph;
  readonly store: string;
  readonly queryableStoreName: string | null;
}
