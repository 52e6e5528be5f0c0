import { TopologyError } from '@ouzel/core';
import { materialize } from '../../state/materialize.js';
import type { Materialized, StoreBuilder } from '../../state/store.js';
import { SuppliedStore, type StoreShape } from '../../state/store-suppliers.js';
import { resolveSerde, type SerdeRef, type StoreDeclaration } from '../../topology/declarations.js';
import { legalName } from '../../topology/legal-name.js';

/** What an operator wants to keep, as far as it is known before the defaults of the application. */
export interface StoreRequest {
  readonly name: string;
  readonly shape: StoreShape;
  readonly form: 'plain' | 'timestamped';
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** Of the user. */
  readonly options: Materialized;
  /** Where the user does not say. */
  readonly caching: boolean;
}

/** A store that is made when serdes and store type are known. */
export function declareStore(request: StoreRequest): StoreDeclaration {
  const { name, shape, form, key, value, options, caching } = request;
  return {
    name: legalName(name, 'state store'),
    identity: request,
    needs: [
      { of: 'key', serde: key },
      { of: 'value', serde: value },
    ],
    spec(defaults) {
      const spec = materialize({
        name,
        shape,
        form,
        key: resolveSerde(key, defaults.key)!,
        value: resolveSerde(value, defaults.value)!,
        options: { ...options, ...(options.store instanceof SuppliedStore && { store: fitted(options.store, shape) }) },
        defaults: { storeType: defaults.storeType, storeFormat: defaults.storeFormat, caching, logging: {} },
      });
      // The changelog keeps what the windows need, also where a supplier keeps more (WindowStoreMaterializer.retentionPeriod).
      return options.store !== undefined && 'retentionMs' in shape ? { ...spec, retentionMs: shape.retentionMs } : spec;
    },
  };
}

/** A supplier knows what is kept, the operator how it looks things up. */
function fitted(supplier: SuppliedStore, wanted: StoreShape): SuppliedStore {
  const { name, shape, persistent } = supplier;
  if (shape.kind === 'window' && wanted.kind === 'window') return new SuppliedStore(name, { ...wanted, ...shape }, persistent);
  if (shape.kind === 'session' && wanted.kind === 'session') return new SuppliedStore(name, { ...wanted, ...shape }, persistent);
  return supplier;
}

/** A store that the user has put together himself. */
export function declareBuilt(builder: StoreBuilder): StoreDeclaration {
  if (typeof builder?.spec?.name !== 'string')
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: 'that is no store',
      help: 'Make one with Stores.keyValueStoreBuilder(…) and the like.',
    });
  return { name: builder.name, identity: builder, needs: [], spec: () => builder.spec };
}
