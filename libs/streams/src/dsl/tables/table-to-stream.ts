import { TableToStream } from '../../operators/table-to-stream.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { Named } from '../options/index.js';
import { nameIn } from '../arguments/checked.js';
import { selectKey } from '../streams/stateless.js';
import type { StreamHandle, TableHandle } from '../handles.js';

type SelectKey<K, V> = (value: V, key: K) => unknown;

/**
 * Returns the changes as a stream. With a key selector there are two nodes, of which the first has the name
 * (KTableImpl.toStream).
 */
export function tableToStream<K, V>(table: TableHandle, selectKeyOrOptions?: SelectKey<K, V> | Named, options?: Named): StreamHandle {
  if (typeof selectKeyOrOptions !== 'function') return changes(table, selectKeyOrOptions);
  const select: SelectKey<K, V> = selectKeyOrOptions as SelectKey<K, V>;
  return selectKey(changes(table, options), select);
}

function changes({ graph, node, key, value, sources }: TableHandle, options?: Named): StreamHandle {
  const name = graph.names.orGenerated(nameIn(options, 'toStream'), 'KTABLE-TOSTREAM-');
  const below = graph.add(node, new ProcessorGraphNode(name, { create: () => new TableToStream() }));
  return { graph, node: below, key, value, sources, needsRepartition: false };
}
