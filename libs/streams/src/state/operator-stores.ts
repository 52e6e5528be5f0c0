import type { Serde } from '../serdes/serde.js';
import { serdes } from '../serdes/serdes.js';
import { ChangeBuffer } from './buffer/change-buffer.js';
import { GraceBuffer } from './buffer/grace-buffer.js';
import { KeyCodec } from './key-codec.js';
import { createKeyValueStore } from './key-value/create-key-value-store.js';
import type { StateStore, StateStoreSpec, StoreKind, StoreParts } from './state-store.js';
import type { TopicConfig } from './store.js';
import { TimestampedFormWithHeaders } from './value-form.js';

/** What all stores have that only one operator understands. */
export interface OperatorStore<K> {
  readonly name: string;
  readonly key: Serde<K>;
  readonly logging: TopicConfig | false;
}

/** The changes that a suppression holds back: a ChangeBuffer. */
export function suppressBuffer<K, V>(store: OperatorStore<K> & { readonly value: Serde<V> }): StateStoreSpec {
  return operatorSpec(store, 'buffer', false, (keys, parts) => new ChangeBuffer(store.name, keys, store.value, parts));
}

/** The records that wait for the table of a join with a grace period: a GraceBuffer. */
export function graceBuffer<K, V>(store: OperatorStore<K> & { readonly value: Serde<V>; readonly graceMs: number }): StateStoreSpec {
  const { name, value, graceMs } = store;
  return operatorSpec(store, 'buffer', true, (keys, parts) => new GraceBuffer({ name, graceMs, keys, value, store: parts }));
}

/**
 * The subscriptions of a foreign-key join, by combined key (see its schema), as bytes: a TimestampedKeyValueStore<Buffer, Buffer>. Its changelog has the headers of the records,
 * since Kafka Streams 4.3. `key`: of the foreign table.
 */
export function subscriptionStore(store: OperatorStore<unknown>): StateStoreSpec {
  const { name, logging } = store;
  const definition = {
    name,
    shape: { kind: 'key-value' },
    persistent: true,
    key: serdes.buffer,
    value: serdes.buffer,
    form: 'timestamped',
    caching: false,
    logging,
  } as const;
  const create = (_keys: KeyCodec<unknown>, parts: StoreParts) =>
    createKeyValueStore(definition, new TimestampedFormWithHeaders(serdes.buffer, parts.topic), parts, undefined);
  return operatorSpec(store, 'timestamped-key-value', true, create);
}

/** A store of one operator, whatever it is. */
export function operatorSpec<K>(
  { name, key, logging }: OperatorStore<K>,
  kind: StoreKind,
  persistent: boolean,
  make: (keys: KeyCodec<K>, parts: StoreParts) => StateStore,
): StateStoreSpec {
  return {
    name,
    kind,
    persistent,
    caching: false,
    logging,
    retentionMs: undefined,
    retainDuplicates: false,
    key,
    create: (parts) => make(new KeyCodec(key, parts.topic, name), parts),
  };
}
