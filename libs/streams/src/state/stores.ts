import type { Serde } from '../serdes/serde.js';
import { keyValueStores } from './key-value/key-value-stores.js';
import type { StoreKind } from './kind/store-kind.js';
import { storeBuilder, SuppliedStore } from './kind/store-supplier.js';
import { lruStores } from './lru/lru-kind.js';
import { sessionStores } from './session/session-stores.js';
import type { StateStore } from './state-store.js';
import type { StoreBuilder, StoreSupplier } from './store.js';
import { versionedStores } from './versioned/versioned-stores.js';
import { windowStores } from './window/window-stores.js';

/** Suppliers and builders of kinds that users wrote. */
const ownStores = {
  /**
   * Says that a store is of this kind, with these options. `persistent`: in the task's database, which is the default,
   * or in memory. The option `values` of a kind is for the builder or operator to say that takes the supplier.
   */
  supplier: <S extends StateStore, O extends object>(
    kind: StoreKind<S, O>,
    name: string,
    options: Omit<O, 'values'>,
    { persistent = true }: { readonly persistent?: boolean } = {},
  ): StoreSupplier<S> => new SuppliedStore<O>(name, kind, options as object, persistent) as StoreSupplier<unknown> as StoreSupplier<S>,
  /** Builds a store of the kind that the supplier names. */
  storeBuilder: <S>(supplier: StoreSupplier<S>, key: Serde<unknown>, value: Serde<unknown>): StoreBuilder<S> =>
    storeBuilder(supplier, {}, key, value),
};

/**
 * Stores for processors. A supplier says where a store lives and for how long it keeps what, a builder what a value is.
 * A store of a processor is logged and not cached, unless its builder says so.
 */
export const Stores = {
  ...keyValueStores,
  ...lruStores,
  ...windowStores,
  ...sessionStores,
  ...versionedStores,
  ...ownStores,
};
