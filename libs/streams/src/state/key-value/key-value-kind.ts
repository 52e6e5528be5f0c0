import { RowLayer } from '../layers/row-layer.js';
import { compacted } from '../kind/changelog-config.js';
import { headersOf } from '../kind/logged-headers.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import type { ValueFormat } from '../kind/value-codec.js';
import { createKeyValueStore } from './create-key-value-store.js';
import { CountedLayer } from './counted-layer.js';
import { keyValueContract } from './key-value-contract.js';
import type { AnyKeyValueStore } from './typed-key-value-store.js';

export interface KeyValueOptions {
  readonly values: ValueFormat;
  /** Rows that were not updated for so long are deleted, ms of stream time. Default: they stay. */
  readonly ttlMs?: number;
}

/** One value per key. */
export const keyValueKind: StoreKind<AnyKeyValueStore, KeyValueOptions> = {
  name: 'key-value store',
  contract: keyValueContract,
  cacheable: true,
  identity: ({ values }) => (values === 'timestamped' ? 'timestamped-key-value' : 'key-value'),
  changelogConfig: () => compacted,
  followsTime: ({ ttlMs }) => ttlMs !== undefined,
  withTtl: (options, ttlMs) => ({ ...options, ttlMs }),
  create: (spec, parts: EngineParts) =>
    createKeyValueStore(spec, parts, {
      headers: headersOf(spec.format),
      lowest: () => (spec.persistent ? new RowLayer(parts.rows) : new CountedLayer(parts.rows)),
      ttlMs: spec.options.ttlMs,
    }),
};
