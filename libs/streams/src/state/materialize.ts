import { durationMs } from '@ouzel/core';
import type { Serde } from '../serdes/serde.js';
import type { StateStoreSpec } from './state-store.js';
import type { Materialized, TopicConfig } from './store.js';
import { storeSpec } from './store-spec.js';
import { SuppliedStore, type StoreShape } from './store-suppliers.js';

/** A store that an operator of the DSL needs. */
export interface MaterializeRequest {
  readonly name: string;
  /** What the operator needs; a supplier's own shape wins, and `retention` of the options over the retention here. */
  readonly shape: StoreShape;
  readonly form: 'plain' | 'timestamped';
  readonly key: Serde<any>;
  readonly value: Serde<any>;
  readonly options: Materialized;
  /** Where the options say nothing. */
  readonly defaults: {
    readonly storeType: 'persistent' | 'in-memory';
    readonly caching: boolean;
    readonly logging: TopicConfig | false;
    readonly storeFormat?: 'plain' | 'headers';
  };
}

/** The store of an operator with everything that options and defaults say (MaterializedInternal, KeyValueStoreMaterializer …). */
export function materialize({ name, shape, form, key, value, options, defaults }: MaterializeRequest): StateStoreSpec {
  const supplied = options.store instanceof SuppliedStore ? options.store : undefined;
  const { caching = defaults.caching, logging = true, retention, ttl, type = defaults.storeType } = options;
  const wanted = supplied?.shape ?? (retention === undefined ? shape : withRetention(shape, durationMs(retention, 'retention')));
  return storeSpec({
    name,
    shape: wanted,
    persistent: supplied?.persistent ?? type === 'persistent',
    key,
    value,
    form: wanted.kind === 'versioned' ? 'plain' : form,
    ...(defaults.storeFormat === undefined ? {} : { format: defaults.storeFormat }),
    ...(ttl === undefined ? {} : { ttlMs: durationMs(ttl, 'ttl') }),
    caching: caching && wanted.kind !== 'versioned',
    logging: logging === false ? false : logging === true ? defaults.logging : logging,
  });
}

function withRetention(shape: StoreShape, retentionMs: number): StoreShape {
  return shape.kind === 'window' || shape.kind === 'session' ? { ...shape, retentionMs } : shape;
}
