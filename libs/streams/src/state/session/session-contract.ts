import type { StoreContract } from '../kind/store-contract.js';
import type { ScanOptions } from '../store.js';
import { ReachedSessionView } from './session-view.js';
import type { AnySessionStore } from './typed-session-store.js';

type Store = AnySessionStore;

/** How session stores are used. */
export const sessionContract: StoreContract<Store> = {
  queries: {
    fetchSession: (store: Store, key, start, end) => store.peek(key, start as number, end as number),
    findSessions: (store: Store, key, earliestEnd, latestStart, options) =>
      store.findSessions(key, earliestEnd as number, latestStart as number, options as ScanOptions | undefined),
    fetch: (store: Store, key, keyTo, options) => store.fetch(key, keyTo, options as ScanOptions | undefined),
  },
  wire: () => ({
    fetchSession: { parameters: ['key'], result: 'value' },
    findSessions: { parameters: ['key'], result: 'windowed entry' },
    fetch: { parameters: ['key', 'key'], result: 'windowed entry' },
  }),
  openView: (name, _options, stores) => new ReachedSessionView(name, stores),
  openForTest: (store) => store,
};
