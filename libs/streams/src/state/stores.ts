import type { Serde } from '../serdes/serde.js';
import type { StateStoreSpec } from './state-store.js';
import {
  StoreBuilder,
  type KeyValueStore,
  type SessionStore,
  type StoreSupplier,
  type TimestampedKeyValueStore,
  type TopicConfig,
  type ValueAndTimestamp,
  type VersionedKeyValueStore,
  type WindowStore,
} from './store.js';
import { storeSpec, type StoreDefinition } from './store-spec.js';
import { SuppliedStore, suppliers } from './store-suppliers.js';
import { TopologyError } from '@ouzel/core';

class DefinedStoreBuilder<S> extends StoreBuilder<S> {
  readonly spec: StateStoreSpec;

  constructor(private readonly definition: StoreDefinition) {
    super();
    this.spec = storeSpec(definition);
  }

  get name(): string {
    return this.definition.name;
  }

  withCaching(on: boolean): this {
    return new DefinedStoreBuilder<S>({ ...this.definition, caching: on }) as this;
  }

  withLogging(config: TopicConfig | false): this {
    return new DefinedStoreBuilder<S>({ ...this.definition, logging: config }) as this;
  }
}

function builder<S>(
  kinds: readonly string[],
  form: 'plain' | 'timestamped',
  supplier: StoreSupplier,
  key: Serde<any>,
  value: Serde<any>,
): StoreBuilder<S> {
  if (!(supplier instanceof SuppliedStore) || !kinds.includes(supplier.shape.kind)) {
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `the supplier of store "${supplier.name}" is of another kind than its builder`,
      help: 'Take the supplier and the builder of one kind from Stores.',
    });
  }
  const { name, shape, persistent } = supplier;
  return new DefinedStoreBuilder<S>({ name, shape, persistent, key, value, form, caching: false, logging: {} });
}

/**
 * Stores for processors. A supplier says where and for how long, a builder what a value is. Without more words a store of a processor is logged and not cached.
 */
export const Stores = {
  ...suppliers,
  keyValueStoreBuilder: <K, V>(supplier: StoreSupplier, key: Serde<K>, value: Serde<V>): StoreBuilder<KeyValueStore<K, V>> =>
    builder(['key-value', 'lru'], 'plain', supplier, key, value),
  timestampedKeyValueStoreBuilder: <K, V>(
    supplier: StoreSupplier,
    key: Serde<K>,
    value: Serde<V>,
  ): StoreBuilder<TimestampedKeyValueStore<K, V>> => builder(['key-value', 'lru'], 'timestamped', supplier, key, value),
  windowStoreBuilder: <K, V>(supplier: StoreSupplier, key: Serde<K>, value: Serde<V>): StoreBuilder<WindowStore<K, V>> =>
    builder(['window'], 'plain', supplier, key, value),
  timestampedWindowStoreBuilder: <K, V>(
    supplier: StoreSupplier,
    key: Serde<K>,
    value: Serde<V>,
  ): StoreBuilder<WindowStore<K, ValueAndTimestamp<V>>> => builder(['window'], 'timestamped', supplier, key, value),
  sessionStoreBuilder: <K, A>(supplier: StoreSupplier, key: Serde<K>, value: Serde<A>): StoreBuilder<SessionStore<K, A>> =>
    builder(['session'], 'plain', supplier, key, value),
  versionedKeyValueStoreBuilder: <K, V>(
    supplier: StoreSupplier,
    key: Serde<K>,
    value: Serde<V>,
  ): StoreBuilder<VersionedKeyValueStore<K, V>> => builder(['versioned'], 'plain', supplier, key, value),
};
