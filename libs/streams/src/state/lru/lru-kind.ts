import { createKeyValueStore } from '../key-value/create-key-value-store.js';
import { keyValueContract } from '../key-value/key-value-contract.js';
import type { AnyKeyValueStore } from '../key-value/typed-key-value-store.js';
import { compacted } from '../kind/changelog-config.js';
import { headersOf } from '../kind/logged-headers.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import { SuppliedStore } from '../kind/store-supplier.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { StoreSupplier } from '../store.js';
import { LruLayer } from './lru-layer.js';

export interface LruOptions {
  readonly values: ValueFormat;
  readonly maxEntries: number;
}

/** One value per key in memory, for the most recently used keys only. */
export const lruKind: StoreKind<AnyKeyValueStore, LruOptions> = {
  name: 'LRU map',
  contract: keyValueContract,
  cacheable: true,
  identity: ({ values }) => (values === 'timestamped' ? 'timestamped-key-value' : 'key-value'),
  changelogConfig: () => compacted,
  fault: ({ maxEntries }) =>
    Number.isInteger(maxEntries) && maxEntries > 0
      ? undefined
      : { what: `an LRU map needs a whole number of entries of at least 1, not ${String(maxEntries)}` },
  create: (spec, parts: EngineParts) =>
    createKeyValueStore(spec, parts, {
      headers: headersOf(spec.format),
      lowest: (changelog) => new LruLayer(parts.rows, spec.options.maxEntries, (oldest) => changelog?.write(oldest, null), spec.name),
    }),
};

export const lruStores = {
  /** In memory. Has at most `maxEntries` rows; the least recently used row is deleted, in the changelog too. */
  lruMap: (name: string, maxEntries: number): StoreSupplier => new SuppliedStore<LruOptions>(name, lruKind, { maxEntries }, false),
};
