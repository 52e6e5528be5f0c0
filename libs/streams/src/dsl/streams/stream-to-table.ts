import { TableSource } from '../../operators/table-source.js';
import { storeView } from '../../operators/table-view.js';
import type { AnyNode } from '../../processor/node.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { TableState } from '../../topology/graph/table-state.js';
import { nameIn, withSerdes } from '../arguments/checked.js';
import type { StreamHandle, TableHandle } from '../handles.js';
import type { ToTableOptions } from '../options/index.js';
import { materializedStore } from '../stores/materialized.js';
import { implicitRepartition } from './repartition.js';

const prefix = 'KSTREAM-TOTABLE-';

/** `KStream.toTable`: a table source behind the stream, and behind a repartition topic where the key was changed. */
export function streamToTable<K, V>(stream: StreamHandle, options: ToTableOptions<K, V> | undefined): TableHandle {
  const checked = withSerdes(options, 'toTable');
  const { graph } = stream;
  const name = graph.names.orGenerated(nameIn(options, 'toTable'), prefix);
  const store = materializedStore(graph.names, options?.materialized, {
    operator: 'toTable',
    prefix,
    key: checked.key ?? stream.key,
    value: checked.value ?? stream.value,
  });
  const { key, value, historyMs } = store;
  let { node: parent, sources } = stream;
  if (stream.needsRepartition) {
    parent = graph.add(parent, implicitRepartition(stream, name, key, value));
    sources = new Set([parent.name]);
  }
  const table = sourceTable(store.declare(), store.isNamed, historyMs);
  const node = graph.add(
    parent,
    new ProcessorGraphNode(name, { create: () => tableSource(table), stores: () => (table.isMaterialized ? [table.store!] : []) }),
  );
  const view = () => storeView(store.name);
  return { graph, node, key, value, sources, table, queryableStoreName: store.isNamed ? store.name : null, view };
}

/** The state of a table that gets its store when an operator needs it. */
export function sourceTable(store: TableState['store'], isMaterialized: boolean, historyMs: number | undefined): TableState {
  return { kind: 'source', parents: [], store, isMaterialized, sendsOldValues: false, historyMs };
}

export function tableSource({ isMaterialized, store, sendsOldValues }: TableState): AnyNode {
  return new TableSource({ store: isMaterialized ? store!.name : undefined, oldValues: sendsOldValues });
}
