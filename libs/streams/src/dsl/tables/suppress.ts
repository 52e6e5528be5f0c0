import { TopologyError } from '@ouzel/core';
import { Suppress, suppressView } from '../../operators/suppress.js';
import { suppressBuffer } from '../../state/operator-stores.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandOldValues, type TableState } from '../../topology/graph/table-state.js';
import { windowGraceAbove } from '../../topology/graph/window-grace.js';
import { Suppression } from '../../windows/index.js';
import type { Named } from '../options/index.js';
import { nameIn } from '../arguments/checked.js';
import { declareInternal } from '../stores/internal-stores.js';
import type { TableHandle } from './table-handle.js';

const prefix = 'KTABLE-SUPPRESS-';

/** `KTable.suppress`: a node and its buffer, named after it; a name takes no number (KTableImpl.suppress). */
export function suppressTable(parent: TableHandle, suppression: Suppression, options?: Named): TableHandle {
  if (!(suppression instanceof Suppression))
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'suppress needs untilWindowCloses(…) or untilTimeLimit(…)' });
  const { graph } = parent;
  const given = nameIn(options, 'suppress');
  const name = given ?? graph.names.processor(prefix);
  const buffer = given === undefined ? graph.names.store(prefix) : `${given}-store`;
  if (parent.table.historyMs !== undefined)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a versioned table can not be suppressed', where: `suppress "${name}"` });
  demandOldValues(parent.table, 'forces');
  const { until, limitMs, maxRecords, maxBytes, whenFull, logging } = suppression;
  const waitMs = until === 'window-close' ? windowGraceAbove(parent.node) : limitMs;
  const table: TableState = {
    kind: 'view',
    parents: [parent.table],
    store: undefined,
    isMaterialized: false,
    sendsOldValues: false,
    historyMs: undefined,
  };
  const store = declareInternal({ name: buffer, key: parent.key, value: parent.value, logging, make: suppressBuffer });
  const node = graph.add(
    parent.node,
    new ProcessorGraphNode(name, {
      create: () =>
        new Suppress({
          store: buffer,
          kind: until,
          waitMs,
          maxRecords,
          maxBytes,
          whenFull,
        }),
      stores: () => [store],
    }),
  );
  return { ...parent, node, table, queryableStoreName: null, view: () => suppressView(buffer, parent.view()) };
}
