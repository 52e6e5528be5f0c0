/**
 * Changes of a cached store, which reach the nodes below when its cache is flushed and not in `put` (CachedStateStore).
 * While the listener is called, `context.record` is the record of the last update of the key.
 */
export interface ChangeSource<K, V> {
  /** The store keeps headers of its own, which operators leave empty (dsl.store.format=HEADERS). */
  readonly storesHeaders: boolean;
  /** `oldValue` is filled only where `wantsOldValues` is set. */
  setFlushListener(listener: (key: K, newValue: V | null, oldValue: V | null) => void | Promise<void>, wantsOldValues: boolean): void;
}

/**
 * Returns the changes of a store with a record cache; undefined for a store without one, whose changes are known in
 * `put`.
 */
export function changeSource<K, V>(store: unknown): ChangeSource<K, V> | undefined {
  return (store as { readonly changes?: ChangeSource<K, V> }).changes;
}
