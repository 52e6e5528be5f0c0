import type { Duration } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { StoreSupplier, TopicConfig } from '../../state/store.js';
import type { StreamPartitioner } from '../../topology/plan.js';
import type { JoinWindow } from '../../windows/index.js';
import type { Named } from './named.js';
import type { Stored } from './stored.js';

/**
 * A join of a stream with a table. `name` names the node and the repartition topic. Serdes that are left out are those
 * of the stream.
 */
export interface Joined<K, L, R> extends Named {
  key?: Serde<K>;
  /** Values of the stream. */
  left?: Serde<L>;
  /** Values of the table. */
  right?: Serde<R>;
  /**
   * How long records of the stream wait for the table to catch up with their time. The table must be versioned
   * (KIP-923). Default: they do not wait.
   */
  grace?: Duration;
}

/** A join of a stream with a global table. */
export interface GlobalJoined<K, V, GK> extends Named {
  /** Returns the key of the table's row; null where there is none. */
  on: (value: V, key: K) => GK | null;
}

/**
 * A join of two streams. `name` names nodes and repartition topics, `store` the stores. Serdes that are left out are
 * those of the streams.
 */
export interface StreamJoined<K, L, R> extends Named {
  /** How far apart records may lie. */
  window: JoinWindow;
  key?: Serde<K>;
  left?: Serde<L>;
  right?: Serde<R>;
  store?: string;
  /**
   * A window store for the left side; its retention and size must be those of the window, and it must retain
   * duplicates.
   */
  leftStore?: StoreSupplier;
  /** The same for the right side. */
  rightStore?: StoreSupplier;
  /** False: no changelogs. An object: configuration of the changelog topics. Default: true. */
  logging?: boolean | TopicConfig;
  /** Default: `storeType` of the application, which is persistent. */
  type?: 'persistent' | 'in-memory';
}

/** A join of two tables by a key that is part of the left table's rows. */
export interface ForeignKeyJoined<K, V, FK, R> extends Stored<K, R> {
  /** Returns the key of the right table's row; null where there is none. */
  foreignKey: (value: V, key: K) => FK | null;
  /** How the left table's topic is partitioned, where that is not by its key. */
  partitioner?: StreamPartitioner<K, unknown>;
  /** The same for the right table's topic. */
  otherPartitioner?: StreamPartitioner<FK, unknown>;
}
