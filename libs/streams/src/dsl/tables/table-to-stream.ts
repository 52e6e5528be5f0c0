import { TableToStream } from '../../operators/table-to-stream.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { Named } from '../options/index.js';
import { nameIn } from '../arguments/checked.js';
import { selectKey } from '../streams/stateless.js';
import type { StreamHandle } from '../streams/stream-handle.js';
import type { TableHandle } from './table-handle.js';

type SelectKey = (value: any, key: any) => unknown;

/** The changes as a stream; with a key selector, two nodes, of which the first has the name (KTableImpl.toStream). */
export function tableToStream(table: TableHandle, selectKeyOrOptions?: SelectKey | Named, options?: Named): StreamHandle {
  if (typeof selectKeyOrOptions !== 'function') return changes(table, selectKeyOrOptions);
  return selectKey(changes(table, options), selectKeyOrOptions as SelectKey);
}

function changes({ graph, node, key, value, sources }: TableHandle, options?: Named): StreamHandle {
  const name = graph.names.orGenerated(nameIn(options, 'toStream'), 'KTABLE-TOSTREAM-');
  const below = graph.add(node, new ProcessorGraphNode(name, { create: () => new TableToStream() }));
  return { graph, node: below, key, value, sources, needsRepartition: false };
}
