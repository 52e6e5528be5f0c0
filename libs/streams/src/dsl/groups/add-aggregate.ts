import type { TableViewSpec } from '../../operators/table-view.js';
import type { AnyNode } from '../../processor/node.js';
import type { PlanDefaults, SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { TableState } from '../../topology/graph/table-state.js';
import type { EmitStrategy } from '../../windows/index.js';
import type { DslGraph, TableHandle } from '../handles.js';
import type { Materialized } from '../options/index.js';
import type { MaterializedStore } from '../stores/materialized.js';
import type { Windowing } from '../windowings/windowing.js';
import type { GroupedParent } from './grouped-handle.js';

/** The table that an aggregate becomes. It always has a store. */
export interface AggregateTable {
  readonly store: StoreDeclaration;
  readonly queryableStoreName: string | null;
  /** Serdes of the table. */
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  readonly historyMs: number | undefined;
  readonly graceMs: number | undefined;
  view(): TableViewSpec<unknown, unknown>;
}

/** Returns the table of an aggregate, with the store that `materialized` and the windows ask for. */
export function aggregateTable(
  store: MaterializedStore,
  windowing: Windowing,
  materialized: Materialized | undefined,
  emit: EmitStrategy,
): AggregateTable {
  return {
    store: store.declare(windowing.rows(materialized, store.name, emit)),
    queryableStoreName: store.isNamed ? store.name : null,
    key: windowing.key(store.key),
    value: store.value,
    historyMs: store.historyMs,
    graceMs: windowing.graceMs,
    view: () => windowing.view(store.name),
  };
}

/** The state of a table that an aggregate fills. */
export function aggregateState({ store, historyMs }: AggregateTable): TableState {
  return { kind: 'aggregate', parents: [], store, isMaterialized: true, sendsOldValues: false, historyMs };
}

/** Adds the node of an aggregate below its parent and returns its table. */
export function addAggregate(
  graph: DslGraph,
  parent: GroupedParent,
  name: string,
  result: AggregateTable,
  create: (state: TableState, defaults: PlanDefaults) => AnyNode,
): TableHandle {
  const { store, key, value, queryableStoreName, graceMs, view } = result;
  const table = aggregateState(result);
  const node = graph.add(
    parent.node,
    new ProcessorGraphNode(name, { create: (defaults) => create(table, defaults), stores: () => [store], traits: { graceMs } }),
  );
  return { graph, node, key, value, sources: parent.sources, table, queryableStoreName, view };
}
