import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';

/**
 * A layer of a store below its serdes: one value per row key.
 *
 * Layers: typed -> record cache? -> change logging? -> rows, with what they forget when.
 */
export interface Layer {
  get(key: ByteString): StoredValue | undefined;
  /** Null deletes. */
  put(key: ByteString, value: StoredValue | null): void;
  flush(): void | Promise<void>;
}
