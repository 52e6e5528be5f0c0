import { filterView, mapValuesView, transformValuesView } from '../../operators/computed-views.js';
import { storeView, type TableViewSpec } from '../../operators/table-view.js';
import { TableFilter } from '../../operators/table-filter.js';
import { TableMapValues } from '../../operators/table-map-values.js';
import { TableTransformValues } from '../../operators/table-transform-values.js';
import type { AnyNode } from '../../processor/node.js';
import type { ValueTransformerSupplier } from '../../processor/processor.js';
import type { SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandOldValues, type TableState } from '../../topology/graph/table-state.js';
import type { ProcessOptions, Stored } from '../options/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import { instances } from '../arguments/suppliers.js';
import { suppliedStores } from '../stores/declared-stores.js';
import { materializedStore } from '../stores/materialized.js';
import type { TableHandle } from '../handles.js';

/**
 * A derived table as it is being made. `create` is called with the name of its store, or undefined where it has none.
 */
interface ViewParts {
  readonly operator: string;
  readonly prefix: string;
  readonly value: SerdeRef;
  create(store: string | undefined, table: TableState): AnyNode | Promise<AnyNode>;
  computed(): ReturnType<TableHandle['view']>;
  readonly stores?: readonly StoreDeclaration[];
  readonly uses?: readonly string[];
}

/**
 * `filter` and `filterNot`. A table above that has a store sends former values, so that rows that never fitted are not
 * deleted again (KTableFilter).
 */
export function filterTable<K, V>(
  parent: TableHandle,
  operator: 'filter' | 'filterNot',
  predicate: (value: V, key: K) => boolean,
  options?: Stored<K, V>,
): TableHandle {
  callback(predicate, `the predicate of ${operator}`);
  const accepts = operator === 'filter' ? predicate : (value: V, key: K) => !predicate(value, key);
  const handle = view(parent, options, {
    operator,
    prefix: 'KTABLE-FILTER-',
    value: parent.value,
    create: (store, { sendsOldValues }) =>
      new TableFilter({ predicate: accepts, store, oldValues: sendsOldValues, isVersioned: parent.table.historyMs !== undefined }),
    computed: () => filterView(parent.view() as TableViewSpec<K, V>, accepts),
  });
  handle.table.sendsOldValues = demandOldValues(parent.table, 'asks');
  return handle;
}

export function mapTableValues<K, V, V2>(parent: TableHandle, mapper: (value: V, key: K) => V2, options?: Stored<K, V2>): TableHandle {
  callback(mapper, 'the mapper of mapValues');
  return view(parent, options, {
    operator: 'mapValues',
    prefix: 'KTABLE-MAPVALUES-',
    value: undefined,
    create: (store, { sendsOldValues }) => new TableMapValues({ mapper, store, oldValues: sendsOldValues }),
    computed: () => mapValuesView(parent.view() as TableViewSpec<K, V>, mapper),
  });
}

/**
 * `transformValues`: without a store the value is computed at each read, so readers need the stores of the transformer
 * too (KTableTransformValues).
 */
export function transformTableValues<K, V, V2>(
  parent: TableHandle,
  transformer: ValueTransformerSupplier<K, V, V2>,
  options: (Stored<K, V2> & ProcessOptions) | undefined,
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
    computed: () => transformValuesView(parent.view() as TableViewSpec<K, V>, create, all),
    stores: supplied,
    uses,
  });
}

/** Adds the node of a derived table. It keeps its rows only in a store that the user named. */
function view<K, V>(parent: TableHandle, options: Stored<K, V> | undefined, parts: ViewParts): TableHandle {
  const { graph } = parent;
  const { operator, prefix, create, computed, stores = [], uses = [] } = parts;
  const requested = options?.materialized;
  const materialized =
    requested === undefined
      ? undefined
      : materializedStore(graph.names, requested, { operator, prefix, key: parent.key, value: parts.value });
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
