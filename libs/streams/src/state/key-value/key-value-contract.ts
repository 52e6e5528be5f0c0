import type { StoreContract } from '../kind/store-contract.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { ScanOptions, TimestampedKeyValueStore } from '../store.js';
import { BareKeyValueStore } from './bare-key-value-store.js';
import { ReachedKeyValueView } from './key-value-view.js';
import type { AnyKeyValueStore } from './typed-key-value-store.js';

type Store = AnyKeyValueStore;

/** How key-value stores are used, whatever keeps their rows. */
export const keyValueContract: StoreContract<Store, { readonly values: ValueFormat }> = {
  queries: {
    get: (store: Store, key) => store.peek(key),
    range: (store: Store, from, to, options) => store.range(from, to, options as ScanOptions | undefined),
    all: (store: Store, options) => store.all(options as ScanOptions | undefined),
    prefixScan: (store: Store, prefix) => store.prefixScan(prefix as string | Buffer),
    approximateNumEntries: (store: Store) => store.approximateNumEntries(),
  },
  openView: (name, { values }, stores) => new ReachedKeyValueView(name, values, stores),
  openForTest: (store, { values }) =>
    values === 'plain' ? store : new BareKeyValueStore(store as TimestampedKeyValueStore<unknown, unknown>),
};
