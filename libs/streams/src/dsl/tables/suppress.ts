import { TopologyError } from '@ouzel/core';
import { Suppress, suppressView } from '../../operators/suppress.js';
import { suppressionBufferKind } from '../../state/suppression-buffer/suppression-buffer-kind.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandOldValues, type TableState } from '../../topology/graph/table-state.js';
import { windowGraceAbove } from '../../topology/graph/window-grace.js';
import { Suppression } from '../../windows/index.js';
import type { Named } from '../options/index.js';
import { nameIn } from '../arguments/checked.js';
import { declareStore } from '../stores/declared-stores.js';
import type { TableHandle } from '../handles.js';

const prefix = 'KTABLE-SUPPRESS-';

/** `KTable.suppress`: a node and its buffer, named after it; a name takes no number (KTableImpl.suppress). */
export function suppressTable(parent: TableHandle, suppression: Suppression, options?: Named): TableHandle {
  if (!(suppression instanceof Suppression))
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'suppress needs untilWindowCloses(…) or untilTimeLimit(…)' });
  const { graph } = parent;
  const chosenName = nameIn(options, 'suppress');
  const name = chosenName ?? graph.names.processor(prefix);
  const buffer = chosenName === undefined ? graph.names.store(prefix) : `${chosenName}-store`;
  if (parent.table.historyMs !== undefined)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a versioned table cannot be suppressed', where: `suppress "${name}"` });
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
  const { key, value } = parent;
  const store = declareStore({
    name: buffer,
    kind: suppressionBufferKind,
    options: {},
    key,
    value,
    persistent: false,
    caching: false,
    logging,
  });
  const node = graph.add(
    parent.node,
    new ProcessorGraphNode(name, {
      create: () => new Suppress({ store: buffer, kind: until, waitMs, maxRecords, maxBytes, whenFull }),
      stores: () => [store],
    }),
  );
  return { ...parent, node, table, queryableStoreName: null, view: () => suppressView(buffer, parent.view()) };
}
