import { durationMs, type Duration } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import { contractBuilder, SuppliedStore } from '../kind/store-supplier.js';
import type { StoreBuilder, StoreSupplier, VersionedKeyValueStore } from '../store.js';
import { versionedContract } from './versioned-contract.js';
import { versionedKind, type VersionedOptions } from './versioned-kind.js';

export interface VersionedStoreOptions {
  /** How far back one may look. */
  history: Duration;
  /** In what pieces of time the past is removed. Default: Kafka Streams' own choice. */
  segment?: Duration;
}

/** Suppliers and builders of versioned stores. */
export const versionedStores = {
  /** In the task's database. */
  persistentVersionedKeyValueStore: (name: string, { history, segment }: VersionedStoreOptions): StoreSupplier =>
    new SuppliedStore<VersionedOptions>(
      name,
      versionedKind,
      { historyMs: durationMs(history, 'history'), ...(segment !== undefined && { segmentMs: durationMs(segment, 'segment') }) },
      true,
    ),
  versionedKeyValueStoreBuilder: <K, V>(
    supplier: StoreSupplier,
    key: Serde<K>,
    value: Serde<V>,
  ): StoreBuilder<VersionedKeyValueStore<K, V>> => contractBuilder(versionedContract, supplier, {}, key, value),
};
