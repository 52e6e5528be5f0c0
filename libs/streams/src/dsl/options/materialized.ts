import type { Duration } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { StoreSupplier, TopicConfig } from '../../state/store.js';

/** How the result of an operator is kept. Its presence counts, even when it is empty. */
export interface Materialized<K = unknown, V = unknown> {
  /** The name of the store, or a supplier made by `Stores`. Default: a generated name. */
  store?: string | StoreSupplier;
  /** Default: the serde of the keys above. */
  key?: Serde<K>;
  /** Default: the serde of the values above, or `defaultValueSerde`. */
  value?: Serde<V>;
  /** Whether the record cache stands in front of the store. Default: true. */
  caching?: boolean;
  /** False: no changelog. An object: configuration of the changelog topic, by Kafka's names. Default: true. */
  logging?: boolean | TopicConfig;
  /** How long windows and sessions are kept; at least as long as they need with their grace, which is the default. */
  retention?: Duration;
  /**
   * For key-value tables: rows that were not updated for this long, by stream time, are deleted. Default: they stay.
   */
  ttl?: Duration;
  /** Default: `storeType` of the application, which is persistent. */
  type?: 'persistent' | 'in-memory';
}
