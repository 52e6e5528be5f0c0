import type { Serde } from '../../serdes/serde.js';
import type { TimestampExtractor } from '../../processor/timestamps.js';
import type { OffsetReset } from '../../topology/plan.js';
import type { Named } from './named.js';

/** How a topic is read. */
export interface Consumed<K, V> extends Named {
  key?: Serde<K>;
  value?: Serde<V>;
  /**
   * Returns the time of a record, see `timestamps`. Default: the record's own timestamp; a negative one fails the task.
   */
  timestamp?: TimestampExtractor<K, V>;
  /** Where to begin without a committed offset. Default: `offsetReset` of the client. */
  offsetReset?: OffsetReset;
  /** 'drop': records without a value are counted and go no further. Default 'pass'. */
  tombstones?: 'pass' | 'drop';
}
