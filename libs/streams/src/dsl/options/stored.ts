import type { Materialized } from './materialized.js';
import type { Named } from './named.js';

/** An operator whose result is, or may be, kept in a store. */
export interface Stored<K, V> extends Named {
  materialized?: Materialized<K, V>;
}
