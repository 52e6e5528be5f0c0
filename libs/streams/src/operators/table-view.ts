import type { NodeContext } from '../processor/node.js';
import type { TypedKeyValueStore } from '../state/key-value/typed-key-value-store.js';
import type { SessionStore, ValueAndTimestamp, VersionedKeyValueStore, Windowed, WindowStore } from '../state/store.js';
import { isVersioned } from './kept-table.js';

/** Looks up the value of a key of a table, whether it is stored or computed (KTableValueGetter). */
export interface TableView<K, V> {
  /** The current one. */
  get(key: K): ValueAndTimestamp<V> | null;
  /** The one that was valid at a time; only where versions are kept. */
  readonly getAsOf?: (key: K, timestamp: number) => ValueAndTimestamp<V> | null;
}

/** How a view is opened in a task (KTableValueGetterSupplier). */
export interface TableViewSpec<K, V> {
  /** Whoever asks must be connected to these. */
  readonly stores: readonly string[];
  open(context: NodeContext): TableView<K, V> | Promise<TableView<K, V>>;
}

/** A table that has a store. */
export function storeView<K, V>(store: string): TableViewSpec<K, V> {
  return {
    stores: [store],
    open(context) {
      const rows = context.getStateStore<TypedKeyValueStore<K, ValueAndTimestamp<V>> | VersionedKeyValueStore<K, V>>(store);
      if (isVersioned(rows)) return { get: (key) => rows.get(key), getAsOf: (key, timestamp) => rows.get(key, timestamp) };
      return { get: (key) => rows.lookup(key) };
    },
  };
}

/** A table of time windows. */
export function windowStoreView<K, V>(store: string): TableViewSpec<Windowed<K>, V> {
  return {
    stores: [store],
    open(context) {
      const windows = context.getStateStore<WindowStore<K, ValueAndTimestamp<V>>>(store);
      return { get: ({ key, window }) => windows.fetch(key, window.start) };
    },
  };
}

/** A table of sessions; the time of a session is its end. */
export function sessionStoreView<K, V>(store: string): TableViewSpec<Windowed<K>, V> {
  return {
    stores: [store],
    open(context) {
      const sessions = context.getStateStore<SessionStore<K, V>>(store);
      return { get: ({ key, window }) => stamped(sessions.fetchSession(key, window.start, window.end), window.end) };
    },
  };
}

/** A value with its time; null where there is none. */
export function stamped<V>(value: V | null | undefined, timestamp: number): ValueAndTimestamp<V> | null {
  return value === null || value === undefined ? null : { value, timestamp };
}
