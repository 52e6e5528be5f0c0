import type { Serde } from '../../serdes/serde.js';
import { contractBuilder, SuppliedStore } from '../kind/store-supplier.js';
import type { KeyValueStore, StoreBuilder, StoreSupplier, TimestampedKeyValueStore } from '../store.js';
import { keyValueContract } from './key-value-contract.js';
import { keyValueKind, type KeyValueOptions } from './key-value-kind.js';

/** Suppliers and builders of key-value stores. */
export const keyValueStores = {
  /** In the task's database. */
  persistentKeyValueStore: (name: string): StoreSupplier => new SuppliedStore<KeyValueOptions>(name, keyValueKind, {}, true),
  inMemoryKeyValueStore: (name: string): StoreSupplier => new SuppliedStore<KeyValueOptions>(name, keyValueKind, {}, false),
  /** A store of values. */
  keyValueStoreBuilder: <K, V>(supplier: StoreSupplier, key: Serde<K>, value: Serde<V>): StoreBuilder<KeyValueStore<K, V>> =>
    contractBuilder(keyValueContract, supplier, { values: 'plain' }, key, value),
  /** A store of values with timestamps. */
  timestampedKeyValueStoreBuilder: <K, V>(
    supplier: StoreSupplier,
    key: Serde<K>,
    value: Serde<V>,
  ): StoreBuilder<TimestampedKeyValueStore<K, V>> => contractBuilder(keyValueContract, supplier, { values: 'timestamped' }, key, value),
};
