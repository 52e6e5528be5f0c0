/**
 * A store whose changes reach what is downstream when its cache is flushed, and not in `put` (CachedStateStore). While the listener is called,
 * `context.record` is that of the last update of the key.
 */
export interface ChangeSource<K, V> {
  /** Values are stored with headers, which operators leave empty (dsl.store.format=HEADERS). Default false. */
  readonly storesHeaders?: boolean;
  /** `oldValue` is filled only when old values were asked for. */
  setFlushListener(listener: (key: K, newValue: V | null, oldValue: V | null) => void | Promise<void>, wantsOldValues: boolean): void;
}

/** The store's changes come at its cache's flush: undefined for a store without a cache. */
export function changeSource<K, V>(store: unknown): ChangeSource<K, V> | undefined {
  const candidate = store as Partial<ChangeSource<K, V>> & { readonly isCached?: boolean };
  return candidate.isCached === true ? (candidate as ChangeSource<K, V>) : undefined;
}
