import type { NodeContext } from '../processor/node.js';
import type { TimestampedKeyValueStore, ValueAndTimestamp, Windowed, WindowStore } from '../state/store.js';

/** Looks up the current value of a key of a table, whether it is stored or computed (KTableValueGetter). */
export interface TableView<K, V> {
  get(key: K): ValueAndTimestamp<V> | null;
}

/** How a view is opened in a task (KTableValueGetterSupplier). */
export interface TableViewSpec<K, V> {
  /** Whoever asks must be connected to these. */
  readonly stores: readonly string[];
  open(context: NodeContext): TableView<K, V> | Promise<TableView<K, V>>;
}

/** A table that has a store. */
export function storeView<K, V>(store: string): TableViewSpec<K, V> {
  return { stores: [store], open: (context) => context.getStateStore<TimestampedKeyValueStore<K, V>>(store) };
}

/** A windowed table. */
export function windowStoreView<K, V>(store: string): TableViewSpec<Windowed<K>, V> {
  return {
    stores: [store],
    open(context) {
      const windows = context.getStateStore<WindowStore<K, ValueAndTimestamp<V>>>(store);
      return { get: ({ key, window }) => windows.fetch(key, window.start) };
    },
  };
}

/** A table computed from another: null where its value is. */
function computed<K, V, V2>(parent: TableViewSpec<K, V>, compute: (value: V, key: K) => V2 | null): TableViewSpec<K, V2> {
  return {
    stores: parent.stores,
    async open(context) {
      const above = await parent.open(context);
      return {
        get(key) {
          const found = above.get(key);
          const value = found === null ? null : compute(found.value, key);
          return value === null ? null : { value, timestamp: found!.timestamp };
        },
      };
    },
  };
}

/** A filtered table without a store. */
export function filterView<K, V>(parent: TableViewSpec<K, V>, accepts: (value: V, key: K) => boolean): TableViewSpec<K, V> {
  return computed(parent, (value, key) => (accepts(value, key) ? value : null));
}

/** A mapped table without a store. */
export function mapValuesView<K, V, V2>(parent: TableViewSpec<K, V>, mapper: (value: V, key: K) => V2): TableViewSpec<K, V2> {
  return computed<K, V, V2>(parent, (value, key) => mapper(value, key) ?? null);
}
