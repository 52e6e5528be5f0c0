import type { StoreContract } from '../kind/store-contract.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { KeyValueStore, ScanOptions, TimestampedKeyValueStore } from '../store.js';
import { BareKeyValueStore } from './bare-key-value-store.js';
import { ReachedKeyValueView } from './key-value-view.js';

type Store = KeyValueStore<unknown, unknown>;

/** A store that is read from outside of its task without a change to its caches. */
interface PeekedStore extends Store {
  peek?(key: unknown): unknown;
}

/**
 * How key-value stores are used, whatever keeps their rows. A kind with this contract may also keep the rows of a
 * table; then its values have timestamps.
 */
export const keyValueContract: StoreContract<KeyValueStore<unknown, unknown>, { readonly values: ValueFormat }> = {
  queries: {
    get: (store: PeekedStore, key) => (store.peek === undefined ? store.get(key) : store.peek(key)),
    range: (store: Store, from, to, options) => store.range(from, to, options as ScanOptions | undefined),
    all: (store: Store, options) => store.all(options as ScanOptions | undefined),
    prefixScan: (store: Store, prefix) => store.prefixScan(prefix as string | Buffer),
    approximateNumEntries: (store: Store) => store.approximateNumEntries(),
  },
  wire: ({ values }) => {
    const isPlain = values === 'plain';
    const entry = isPlain ? 'entry' : 'stamped entry';
    return {
      get: { parameters: ['key'], result: isPlain ? 'value' : 'stamped value' },
      range: { parameters: ['key', 'key'], result: entry },
      all: { parameters: [], result: entry },
      prefixScan: { parameters: [], result: entry },
    };
  },
  openView: (name, { values }, stores) => new ReachedKeyValueView(name, values, stores),
  openForTest: (store, { values }) =>
    values === 'plain' ? store : new BareKeyValueStore(store as TimestampedKeyValueStore<unknown, unknown>),
};
