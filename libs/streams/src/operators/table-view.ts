import type { NodeContext } from '../processor/node.js';
import type { SessionStore, ValueAndTimestamp, VersionedKeyValueStore, Windowed, WindowStore } from '../state/store.js';
import { isVersioned, type TableStore } from './open-table.js';

/** Reads the value of a key of a table, whether it is stored or computed (KTableValueGetter). */
export interface TableView<K, V> {
  /** Returns the newest value. */
  get(key: K): ValueAndTimestamp<V> | null;
  /** Returns the value that was valid at a time. Only tables that keep versions have this method. */
  getAsOf?(key: K, timestamp: number): ValueAndTimestamp<V> | null;
}

/** How the values of a table are read in a task (KTableValueGetterSupplier). */
export interface TableViewSpec<K, V> {
  /** Stores that the reading node must be connected to. */
  readonly stores: readonly string[];
  open(context: NodeContext): TableView<K, V> | Promise<TableView<K, V>>;
}

/** A table that has a store. */
export function storeView<K, V>(store: string): TableViewSpec<K, V> {
  return {
    stores: [store],
    open(context) {
      const rows = context.getStateStore<TableStore<K, V> | VersionedKeyValueStore<K, V>>(store);
      if (isVersioned(rows)) return { get: (key) => rows.get(key), getAsOf: (key, timestamp) => rows.get(key, timestamp) };
      return { get: (key) => (rows.getAndMarkSeen === undefined ? rows.get(key) : rows.getAndMarkSeen(key)) };
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

/** Returns a value with its time; null where there is none. */
export function stamped<V>(value: V | null | undefined, timestamp: number): ValueAndTimestamp<V> | null {
  return value === null || value === undefined ? null : { value, timestamp };
}
