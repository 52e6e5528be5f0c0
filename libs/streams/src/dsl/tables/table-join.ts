import type { AnyJoiner, Joiner } from '../../operators/callbacks.js';
import { joinView } from '../../operators/computed-views.js';
import { TableJoinMerge } from '../../operators/table-join-merge.js';
import { TableTableJoin } from '../../operators/table-table-join.js';
import { storeView } from '../../operators/table-view.js';
import { TableJoinNode } from '../../topology/graph/table-join-node.js';
import { demandLookups, demandOldValues, type TableState } from '../../topology/graph/table-state.js';
import type { Stored } from '../options/index.js';
import { checkedJoiner, nameIn } from '../arguments/checked.js';
import { copartitioned } from '../streams/copartition.js';
import { materializedStore } from '../stores/materialized.js';
import type { TableHandle } from '../handles.js';

const prefix = 'KTABLE-MERGE-';

/**
 * `KTable.join`, `leftJoin`, `outerJoin` by the tables' own key: a node per side and one that merges, with a store
 * where `materialized` is given (KTableImpl.doJoin).
 */
export function joinTables<K, Out>(
  kind: 'inner' | 'left' | 'outer',
  left: TableHandle,
  right: TableHandle,
  joiner: Joiner<never, never, never, unknown>,
  options?: Stored<K, Out>,
): TableHandle {
  const join = checkedJoiner(joiner, 'a table join');
  const { graph } = left;
  const chosenName = nameIn(options, 'join');
  const own =
    options?.materialized === undefined
      ? undefined
      : materializedStore(graph.names, options.materialized, { operator: 'join', prefix, key: left.key, value: undefined });
  const name = graph.names.orGenerated(chosenName, prefix);
  const sources = copartitioned(left, right);
  if (kind !== 'inner') demandOldValues(left.table, 'forces');
  if (kind === 'outer') demandOldValues(right.table, 'forces');
  const names = {
    left: graph.names.suffixedOrGenerated(chosenName, '-join-this', 'KTABLE-JOINTHIS-'),
    right: graph.names.suffixedOrGenerated(chosenName, '-join-other', 'KTABLE-JOINOTHER-'),
  };
  demandLookups(left.table);
  demandLookups(right.table);
  const store = own?.declare();
  const table: TableState = {
    kind: 'join',
    parents: [left.table, right.table],
    store,
    isMaterialized: own !== undefined,
    sendsOldValues: false,
    historyMs: own?.historyMs,
  };
  const computed = () => joinView(kind, left.view(), right.view(), join);
  const view = () => (own === undefined ? computed() : storeView(own.name));
  const reversed: AnyJoiner = (r, l, key) => join(l, r, key);
  const node = graph.add(
    [left.node, right.node],
    new TableJoinNode(name, {
      left: {
        name: names.left,
        parent: left.node,
        create: () => new TableTableJoin({ side: 'left', kind, other: right.view(), joiner: join, oldValues: table.sendsOldValues }),
        looksInto: () => right.view().stores,
      },
      right: {
        name: names.right,
        parent: right.node,
        create: () => new TableTableJoin({ side: 'right', kind, other: left.view(), joiner: reversed, oldValues: table.sendsOldValues }),
        looksInto: () => left.view().stores,
      },
      createMerge: () => new TableJoinMerge({ store: own?.name, oldValues: table.sendsOldValues }),
      store,
    }),
  );
  return { graph, node, key: own?.key ?? left.key, value: own?.value, sources, table, queryableStoreName: own?.name ?? null, view };
}
