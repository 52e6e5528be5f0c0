import { TableSource } from '../../operators/table-source.js';
import { storeView } from '../../operators/table-view.js';
import type { Serde } from '../../serdes/serde.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { TableState } from '../../topology/graph/table-state.js';
import type { KTable } from '../ktable.js';
import type { Stored } from '../options/index.js';
import { nameIn, withSerdes } from '../arguments/checked.js';
import { materializedStore } from '../stores/materialized.js';
import { implicitRepartition } from './repartition.js';
import type { StreamHandle } from './stream-handle.js';
import { TableFace } from '../tables/table-face.js';

const prefix = 'KSTREAM-TOTABLE-';

/** `KStream.toTable`: a table source behind the stream, behind a repartition topic where the key was changed. */
export function streamToTable(
  stream: StreamHandle,
  options: (Stored<any, any> & { key?: Serde<any>; value?: Serde<any> }) | undefined,
): KTable<any, any> {
  const given = withSerdes(options, 'toTable');
  const { graph } = stream;
  const name = graph.names.orGenerated(nameIn(options, 'toTable'), prefix);
  const store = materializedStore(graph.names, options?.materialized, {
    operator: 'toTable',
    prefix,
    key: given.key ?? stream.key,
    value: given.value ?? stream.value,
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
  const view = () => storeView<any, any>(store.name);
  return new TableFace({ graph, node, key, value, sources, table, queryableStoreName: store.isNamed ? store.name : null, view });
}

/** The state of a table that gets its store when somebody needs it. */
export function sourceTable(store: TableState['store'], isMaterialized: boolean, historyMs: number | undefined): TableState {
  return { kind: 'source', parents: [], store, isMaterialized, sendsOldValues: false, historyMs };
}

export function tableSource({ isMaterialized, store, sendsOldValues }: TableState): TableSource<any, any> {
  return new TableSource({ store: isMaterialized ? store!.name : undefined, oldValues: sendsOldValues });
}
