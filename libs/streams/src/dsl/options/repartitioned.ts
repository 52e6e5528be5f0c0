import type { Serde } from '../../serdes/serde.js';
import type { StreamPartitioner } from '../../topology/plan.js';
import type { Named } from './named.js';

/** How a repartition topic is made. */
export interface Repartitioned<K, V> extends Named {
  key?: Serde<K>;
  value?: Serde<V>;
  /** Default: as many as the topics above have. */
  partitions?: number;
  partitioner?: StreamPartitioner<K, V>;
}
