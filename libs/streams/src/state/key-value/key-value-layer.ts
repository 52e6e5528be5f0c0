/** A value on its way through the layers of a store: its stored bytes, and decoded where that may be shared. */
export interface Slot {
  readonly payload: Buffer | null;
  decoded: unknown;
}

/**
 * A layer of a store with one value per key. `text` is the key as text, made once at the top.
 *
 * Layers: typed -> record cache? -> change logging? -> rows.
 */
export interface KeyValueLayer {
  get(key: Buffer, text: string): Slot | undefined;
  /** Null deletes. */
  put(key: Buffer, text: string, payload: Buffer | null, decoded: unknown): void;
  flush(): void | Promise<void>;
}
