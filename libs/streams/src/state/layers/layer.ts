import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';

/**
 * A layer of a store below its serdes: one value per row key.
 *
 * From the outside in: typed store, record cache if there is one, change logging if there is a changelog, rows with
 * their expiry.
 */
export interface Layer {
  get(key: ByteString): StoredValue | undefined;
  /** Null deletes. */
  put(key: ByteString, value: StoredValue | null): void;
  flush(): void | Promise<void>;
}
