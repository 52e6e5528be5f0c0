import { filterView, mapValuesView, transformValuesView } from '../../operators/computed-views.js';
import { storeView } from '../../operators/table-view.js';
import { TableFilter } from '../../operators/table-filter.js';
import { TableMapValues } from '../../operators/table-map-values.js';
import { TableTransformValues } from '../../operators/table-transform-values.js';
import type { ProcessorNode } from '../../processor/node.js';
import type { ValueTransformerSupplier } from '../../processor/processor.js';
import type { SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandOldValues, type TableState } from '../../topology/graph/table-state.js';
import type { Stored } from '../options/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import { materializedStore } from '../stores/materialized.js';
import { instances, suppliedStores } from '../arguments/suppliers.js';
import type { TableHandle } from './table-handle.js';

type Node = ProcessorNode<any, any, any, any>;

/** A view as it is being made: the node may have a store of its own, whose name is undefined else. */
interface ViewParts {
  readonly operator: string;
  readonly prefix: string;
  readonly value: SerdeRef;
  create(store: string | undefined, table: TableState): Node | Promise<Node>;
  computed(): ReturnType<TableHandle['view']>;
  readonly stores?: readonly StoreDeclaration[];
  readonly uses?: readonly string[];
}

/** `filter` and `filterNot`. Where the table above is in a store, its former values come along, so that rows that never fitted are not deleted again (KTableFilter). */
export function filterTable(
  parent: TableHandle,
  operator: 'filter' | 'filterNot',
  predicate: (value: any, key: any) => boolean,
  options?: Stored<any, any>,
): TableHandle {
  callback(predicate, `the predicate of ${operator}`);
  const accepts = operator === 'filter' ? predicate : (value: any, key: any) => !predicate(value, key);
  const handle = view(parent, options, {
    operator,
    prefix: 'KTABLE-FILTER-',
    value: parent.value,
    create: (store, { sendsOldValues }) =>
      new TableFilter({ predicate: accepts, store, oldValues: sendsOldValues, isVersioned: parent.table.historyMs !== undefined }),
    computed: () => filterView(parent.view(), accepts),
  });
  handle.table.sendsOldValues = demandOldValues(parent.table, 'asks');
  return handle;
}

export function mapTableValues(parent: TableHandle, mapper: (value: any, key: any) => any, options?: Stored<any, any>): TableHandle {
  callback(mapper, 'the mapper of mapValues');
  return view(parent, options, {
    operator: 'mapValues',
    prefix: 'KTABLE-MAPVALUES-',
    value: undefined,
    create: (store, { sendsOldValues }) => new TableMapValues({ mapper, store, oldValues: sendsOldValues }),
    computed: () => mapValuesView(parent.view(), mapper),
  });
}

/** `transformValues`: computed again at each lookup unless it has a store, so the stores of the transformer count as its own (KTableTransformValues). */
export function transformTableValues(
  parent: TableHandle,
  transformer: ValueTransformerSupplier<any, any, any>,
  options: (Stored<any, any> & { stores?: readonly string[] }) | undefined,
): TableHandle {
  const create = instances(transformer, 'transformValues');
  const supplied = suppliedStores(transformer);
  const uses = options?.stores ?? [];
  const all = [...uses, ...supplied.map(({ name }) => name)];
  return view(parent, options, {
    operator: 'transformValues',
    prefix: 'KTABLE-TRANSFORMVALUES-',
    value: undefined,
    create: async (store, { sendsOldValues }) =>
      new TableTransformValues({ transformer: await create(), store, oldValues: sendsOldValues }),
    computed: () => transformValuesView(parent.view(), create, all),
    stores: supplied,
    uses,
  });
}

/** Adds the node of a view; only with a store of a name does it keep its rows. */
function view(parent: TableHandle, options: Stored<any, any> | undefined, parts: ViewParts): TableHandle {
  const { graph } = parent;
  const { operator, prefix, create, computed, stores = [], uses = [] } = parts;
  const given = options?.materialized;
  const materialized =
    given === undefined ? undefined : materializedStore(graph.names, given, { operator, prefix, key: parent.key, value: parts.value });
  const own = materialized?.isNamed === true ? materialized : undefined;
  const store = own?.declare();
  const table: TableState = {
    kind: 'view',
    parents: [parent.table],
    store,
    isMaterialized: own !== undefined,
    sendsOldValues: false,
    historyMs: own === undefined ? parent.table.historyMs : own.historyMs,
  };
  const name = graph.names.orGenerated(nameIn(options, operator), prefix);
  const all = store === undefined ? stores : [store, ...stores];
  const node = graph.add(
    parent.node,
    new ProcessorGraphNode(name, { create: () => create(own?.name, table), stores: () => all, uses: () => uses }),
  );
  return {
    graph,
    node,
    key: materialized?.key ?? parent.key,
    value: materialized === undefined ? parts.value : materialized.value,
    sources: parent.sources,
    table,
    queryableStoreName: own?.name ?? null,
    view: () => (own === undefined ? computed() : storeView(own.name)),
  };
}
