import type { Serde } from '../../serdes/serde.js';
import type { StreamPartitioner } from '../../topology/plan.js';
import type { Named } from './named.js';

/** How a topic is written. Serdes left out are those of the stream. */
export interface Produced<K, V> extends Named {
  key?: Serde<K>;
  value?: Serde<V>;
  /** Default: murmur2 of the key; of a windowed key, of the key inside. */
  partitioner?: StreamPartitioner<K, V>;
}
