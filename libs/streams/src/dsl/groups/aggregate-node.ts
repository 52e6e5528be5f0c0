import type { TableViewSpec } from '../../operators/table-view.js';
import type { ProcessorNode } from '../../processor/node.js';
import type { PlanDefaults, SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import type { GraphNode } from '../../topology/graph/graph-node.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { TableState } from '../../topology/graph/table-state.js';
import type { GroupedParent } from './grouped-handle.js';
import type { StreamHandle } from '../streams/stream-handle.js';
import type { TableHandle } from '../tables/table-handle.js';

/** An aggregate that becomes a table; it always has a store. */
export interface AggregateParts {
  readonly name: string;
  readonly store: StoreDeclaration;
  readonly queryableStoreName: string | null;
  /** Of the resulting table. */
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  readonly historyMs?: number | undefined;
  readonly graceMs?: number | undefined;
  view(): TableViewSpec<any, any>;
  create(table: TableState, defaults: PlanDefaults): ProcessorNode<any, any, any, any>;
}

/** The state of a table that an aggregate fills. */
export function aggregateTable(store: StoreDeclaration, historyMs?: number): TableState {
  return { kind: 'aggregate', parents: [], store, isMaterialized: true, sendsOldValues: false, historyMs };
}

/** Adds the aggregate below its parent and answers its table. */
export function addAggregate({ graph }: Pick<StreamHandle, 'graph'>, parent: GroupedParent, parts: AggregateParts): TableHandle {
  const { store, key, value, queryableStoreName, historyMs, graceMs, view, create } = parts;
  const table = aggregateTable(store, historyMs);
  const node: GraphNode = graph.add(
    parent.node,
    new ProcessorGraphNode(parts.name, { create: (defaults) => create(table, defaults), stores: () => [store], traits: { graceMs } }),
  );
  return { graph, node, key, value, sources: parent.sources, table, queryableStoreName, view };
}
