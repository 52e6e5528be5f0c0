import type { StoreContract } from '../kind/store-contract.js';
import type { VersionedKeyValueStore } from '../store.js';
import { ReachedVersionedView } from './versioned-view.js';

type Store = VersionedKeyValueStore<unknown, unknown>;

/** How versioned stores are used. A kind with this contract may also keep the rows of a table. */
export const versionedContract: StoreContract<VersionedKeyValueStore<unknown, unknown>> = {
  queries: {
    get: (store: Store, key, asOf) => store.get(key, asOf as number | undefined),
  },
  wire: () => ({ get: { parameters: ['key'], result: 'stamped value' } }),
  openView: (name, _options, stores) => new ReachedVersionedView(name, stores),
  openForTest: (store) => store,
};
