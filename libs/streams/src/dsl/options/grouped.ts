import type { Serde } from '../../serdes/serde.js';
import type { Named } from './named.js';

/** How records are grouped. `name` names the repartition topic, should one be needed. */
export interface Grouped<K, V> extends Named {
  key?: Serde<K>;
  value?: Serde<V>;
}
