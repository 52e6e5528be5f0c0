import type { StoreContract } from '../kind/store-contract.js';
import type { AnyVersionedStore } from './typed-versioned-store.js';
import { ReachedVersionedView } from './versioned-view.js';

/** How versioned stores are used. */
export const versionedContract: StoreContract<AnyVersionedStore> = {
  queries: {
    get: (store: AnyVersionedStore, key, asOf) => store.get(key, asOf as number | undefined),
  },
  openView: (name, _options, stores) => new ReachedVersionedView(name, stores),
  openForTest: (store) => store,
};
