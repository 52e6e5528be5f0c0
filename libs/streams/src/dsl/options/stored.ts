import type { Materialized } from './materialized.js';
import type { Named } from './named.js';

/** Options of an operator whose result is kept in a store, or may be. */
export interface Stored<K, V> extends Named {
  materialized?: Materialized<K, V>;
}
