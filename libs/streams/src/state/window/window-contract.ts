import type { StoreContract } from '../kind/store-contract.js';
import type { ValueFormat } from '../kind/value-codec.js';
import type { ScanOptions, ValueAndTimestamp, WindowStore } from '../store.js';
import { BareWindowStore } from './bare-window-store.js';
import type { AnyWindowStore } from './typed-window-store.js';
import { ReachedWindowView } from './window-view.js';

type Store = AnyWindowStore;

/** How window stores are used, whatever keeps their rows. */
export const windowContract: StoreContract<Store, { readonly values: ValueFormat }> = {
  queries: {
    fetch: (store: Store, key, windowStart) => store.peek(key, windowStart as number),
    fetchRange: (store: Store, key, keyTo, from, to, options) =>
      store.fetchRange(key, keyTo, from as number, to as number, options as ScanOptions | undefined),
    all: (store: Store, options) => store.all(options as ScanOptions | undefined),
  },
  wire: ({ values }) => {
    const isPlain = values === 'plain';
    const entry = isPlain ? 'windowed entry' : 'stamped windowed entry';
    return {
      fetch: { parameters: ['key'], result: isPlain ? 'value' : 'stamped value' },
      fetchRange: { parameters: ['key', 'key'], result: entry },
      all: { parameters: [], result: entry },
    };
  },
  openView: (name, { values }, stores) => new ReachedWindowView(name, values, stores),
  openForTest: (store, { values }) =>
    values === 'plain' ? store : new BareWindowStore(store as WindowStore<unknown, ValueAndTimestamp<unknown>>),
};
