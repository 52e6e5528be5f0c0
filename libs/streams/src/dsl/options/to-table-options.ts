import type { Serde } from '../../serdes/serde.js';
import type { Stored } from './stored.js';

/** How a stream becomes a table. */
export interface ToTableOptions<K, V> extends Stored<K, V> {
  /** Default: the serde of the stream's keys. */
  key?: Serde<K>;
  /** Default: the serde of the stream's values. */
  value?: Serde<V>;
}
