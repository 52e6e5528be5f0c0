import { TopologyError } from '@ouzel/core';
import type { Supplier } from '../../processor/processor.js';
import type { StoreKind } from '../../state/kind/store-kind.js';
import { storeSpec } from '../../state/kind/store-spec.js';
import { specOf } from '../../state/kind/store-supplier.js';
import type { StoreBuilder, TopicConfig } from '../../state/store.js';
import { resolveSerde, type SerdeRef, type StoreDeclaration } from '../../topology/declarations.js';
import { legalName } from '../../topology/legal-name.js';

/** A store of an operator, before serdes and store type of the application are known. */
export interface OperatorStore {
  readonly name: string;
  readonly kind: StoreKind;
  readonly options: object;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** Undefined: as the application says. */
  readonly persistent: boolean | undefined;
  readonly caching: boolean;
  readonly logging: boolean | TopicConfig;
}

/** Declares the store of an operator. */
export function declareStore(store: OperatorStore): StoreDeclaration {
  const { name, kind, options, key, value, persistent, caching, logging } = store;
  return {
    name: legalName(name, 'state store'),
    identity: store,
    needs: [
      { of: 'key', serde: key },
      { of: 'value', serde: value },
    ],
    spec: (defaults) =>
      storeSpec(kind, {
        name,
        options,
        key: resolveSerde(key, defaults.key)!,
        value: resolveSerde(value, defaults.value)!,
        persistent: persistent ?? defaults.storeType === 'persistent',
        caching,
        logging: logging === true ? {} : logging,
        format: defaults.storeFormat,
      }),
  };
}

/** Declares a store that the user has built. Throws OUZEL_TOPOLOGY for anything that `Stores` did not make. */
export function declareBuilt(builder: StoreBuilder): StoreDeclaration {
  const spec = specOf(builder);
  if (spec !== undefined) return { name: spec.name, identity: builder, needs: [], spec: () => spec };
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: 'the value is not a store builder',
    help: 'Make one with Stores.keyValueStoreBuilder(…) and the like.',
  });
}

/** The stores that come with a supplier (ConnectedStoreProvider). */
export function suppliedStores(supplier: Supplier<unknown>): StoreDeclaration[] {
  return typeof supplier === 'object' ? (supplier.stores ?? []).map(declareBuilt) : [];
}
