import type { Duration } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { StoreSupplier, TopicConfig } from '../../state/store.js';
import type { StreamPartitioner } from '../../topology/plan.js';
import type { JoinWindow } from '../../windows/index.js';
import type { Named } from './named.js';
import type { Stored } from './stored.js';

/** A stream with a table. `name` names node and repartition topic. */
export interface Joined<K, L, R> extends Named {
  key?: Serde<K>;
  left?: Serde<L>;
  right?: Serde<R>;
  /** How long records of the stream wait for the table to catch up with their time; the table must be versioned (KIP-923). */
  grace?: Duration;
}

/** Two streams. `name` names nodes and repartition topics, `store` the stores. */
export interface StreamJoined<K, L, R> extends Named {
  window: JoinWindow;
  key?: Serde<K>;
  left?: Serde<L>;
  right?: Serde<R>;
  store?: string;
  leftStore?: StoreSupplier;
  rightStore?: StoreSupplier;
  logging?: boolean | TopicConfig;
  type?: 'persistent' | 'in-memory';
}

/** Two tables by a key that stands in the left one's rows. */
export interface ForeignKeyJoined<K, V, FK, R> extends Stored<K, R> {
  foreignKey: (value: V, key: K) => FK | null;
  /** How the left table's topic is partitioned, where it is not by its key. */
  partitioner?: StreamPartitioner<K, unknown>;
  /** The same for the right one. */
  otherPartitioner?: StreamPartitioner<FK, unknown>;
}
