import { callback, duration, flag, having, oneOf, optional, setting } from '@ouzel/core/settings';
import type { TimestampExtractor } from '../../processor/timestamps.js';
import type { Serde } from '../../serdes/serde.js';
import { lockFile, optimization, release } from '../readers.js';

export const topologySettings = {
  /** Serde of keys where a source, a sink or a store names none. Left out: such a place is a fault at boot. */
  defaultKeySerde: optional(having<Serde<unknown>>('serialize', 'deserialize'), 'default.key.serde'),
  /** Serde of values where a source, a sink or a store names none. Left out: such a place is a fault at boot. */
  defaultValueSerde: optional(having<Serde<unknown>>('serialize', 'deserialize'), 'default.value.serde'),
  /**
   * Reads the time of a record where its source names no extractor.
   *
   * @defaultValue the timestamp of the record in Kafka
   */
  defaultTimestampExtractor: optional(callback<TimestampExtractor>(), 'default.timestamp.extractor'),
  /**
   * Rules of the optimiser: 'none', 'all', or a list of 'reuse.ktable.source.topics', 'merge.repartition.topics' and
   * 'single.store.self.join'.
   *
   * @defaultValue 'none'
   */
  optimization: setting(optimization, [], 'topology.optimization'),
  /**
   * Whether a store or an internal topic whose name is generated is a fault: generated names change when an operator is
   * added.
   *
   * @defaultValue false
   */
  explicitNames: setting(flag, false, 'ensure.explicit.internal.resource.naming'),
  /**
   * File with the lock of the topology, which `ouzel topology lock` writes. The start fails with OUZEL_TOPOLOGY_LOCK
   * where the topology would orphan state or records of internal topics. False: the topology is not compared.
   *
   * @defaultValue false
   */
  topologyLock: setting(lockFile, false),
  /**
   * Layout of rows in stores of the DSL: 'plain', or 'headers' to keep the headers of records (Kafka Streams 4.3).
   *
   * @defaultValue 'plain'
   */
  storeFormat: optional(oneOf('plain', 'headers'), 'dsl.store.format'),
  /**
   * Where stores of the DSL keep their rows when they do not say it themselves: on disk or in memory.
   *
   * @defaultValue 'persistent'
   */
  storeType: optional(oneOf('persistent', 'in-memory'), 'default.dsl.store'),
  /**
   * How often windows that close emit their final results.
   *
   * @defaultValue 1s
   */
  emitInterval: setting(duration(), 1_000, '__emit.interval.ms.kstreams.windowed.aggregation__'),
  /**
   * How often left and outer joins of streams emit records that found no match.
   *
   * @defaultValue 1s
   */
  outerJoinEmitInterval: setting(duration(), 1_000, '__emit.interval.ms.kstreams.outer.join.spurious.results.fix__'),
  /** The oldest release of Kafka Streams, such as '3.4', whose instances still read what this one writes. */
  upgradeFrom: optional(release, 'upgrade.from'),
};
