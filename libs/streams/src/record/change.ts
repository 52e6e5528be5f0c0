/**
 * What happened to one key of a table. `old` is filled only where something below asked for it; null stands for absent.
 * `isLatest` is false only for a versioned table that took a record older than its newest (KIP-914).
 */
export interface Change<V> {
  readonly newValue: V | null;
  readonly oldValue: V | null;
  readonly isLatest: boolean;
}

/** A change to the newest version. */
export function change<V>(newValue: V | null, oldValue: V | null): Change<V> {
  return { newValue, oldValue, isLatest: true };
}
