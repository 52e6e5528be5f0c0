/** A store whose rows are to be deleted when they were not updated for a time; by the operator that keeps the table, so that those below learn of it. */
export interface RowTtl {
  /** Of stream time, ms; undefined: rows stay. */
  readonly ttlMs: number | undefined;
}

/** The TTL of a store's rows, ms; undefined where they stay. */
export function ttlOf(store: object): number | undefined {
  return (store as Partial<RowTtl>).ttlMs;
}
