import { createKeyValueStore } from '../key-value/create-key-value-store.js';
import type { AnyKeyValueStore } from '../key-value/typed-key-value-store.js';
import { compacted } from '../kind/changelog-config.js';
import { recordHeaders } from '../kind/logged-headers.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import { RowLayer } from '../layers/row-layer.js';

/** A row of a subscription store has the time of the subscription. */
export const subscriptionOptions = { values: 'timestamped' } as const;

/**
 * The subscriptions of a foreign-key join as bytes, by combined key (see its schema): a
 * TimestampedKeyValueStore<Buffer, Buffer>. Its changelog has the headers of the records, since Kafka Streams 4.3.
 */
export const subscriptionStoreKind: StoreKind<AnyKeyValueStore, typeof subscriptionOptions> = {
  name: 'subscription store of a foreign-key join',
  contract: undefined,
  identity: () => 'timestamped-key-value',
  changelogConfig: () => compacted,
  create: (spec, parts: EngineParts) =>
    createKeyValueStore(spec, parts, { headers: recordHeaders, lowest: () => new RowLayer(parts.rows) }),
};
