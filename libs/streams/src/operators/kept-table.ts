import type { StreamRecord } from '../record/record.js';
import type { ValueAndTimestamp } from '../state/store.js';

/**
 * The rows of a table that has a store. A change of a row is also forwarded to the nodes below (KeyValueStoreWrapper,
 * TimestampedTupleForwarder).
 */
export interface KeptTable<K, V> {
  /** The newest value. */
  get(key: K): ValueAndTimestamp<V> | null;
  /**
   * Null deletes. The change is forwarded, at once or when the store's cache is flushed, with the headers of `from`.
   */
  update(key: K, newValue: V | null, oldValue: V | null, timestamp: number, from: StreamRecord<unknown, unknown>): void | Promise<void>;
}
