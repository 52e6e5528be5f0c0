import { systemClock } from '@ouzel/core';
import { serdes, Stores, type KeyValueStoreView } from '../index.js';
import { StoreLab } from '../conformance/store-lab.js';
import { specOf } from '../state/kind/store-supplier.js';
import type { KeyValueStore } from '../state/store.js';
import type { StateStore } from '../state/state-store.js';
import { LocalReplica } from './local-replica.js';
import { openView } from './open-view.js';
import type { StoreAccess } from './store-replica.js';

const spec = specOf(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('rows'), serdes.string, serdes.string))!;
type Rows = KeyValueStore<string, string> & StateStore;

/** Opens a store for each lag, with a row of its own, and a view of them all. */
async function during(lags: readonly number[], work: (view: KeyValueStoreView<string, string>) => Promise<void>): Promise<void> {
  const setup = { rows: 'memory', cached: false } as const;
  const labs = await Promise.all(lags.map(() => StoreLab.open<Rows>(spec, setup)));
  const found = labs.map(({ store }, i) => ({ store, lag: lags[i]! }));
  found.forEach(({ store }, i) => store.put(`key-${i}`, 'v'));
  const isActive = ({ lag }: { readonly lag: number }) => lag === 0;
  const plan = { spec, changelog: undefined, sourceAsChangelog: false };
  const replicas = (of: typeof found) =>
    of.map(({ store, lag }) => [
      new LocalReplica({
        name: 'rows',
        queries: spec.kind.contract!.queries,
        store,
        lag,
        inputs: [],
        committed: () => store,
        position: () => ({}),
        checkOpen: () => {},
      }),
    ]);
  const access: StoreAccess = {
    ofKey: () => replicas(found)[0]!,
    all: (_, reading) => replicas(reading === 'stale' ? found : found.filter(isActive)),
  };
  const view = openView(plan, 'app', access, { clock: systemClock, deadlineMs: 0, isolation: 'read_uncommitted' });
  try {
    await work(view as KeyValueStoreView<string, string>);
  } finally {
    for (const lab of labs) await lab.close();
  }
}

describe('a stale scan', () => {
  it('reads the copies too, and tells how far the one is behind that is furthest behind', () =>
    during([0, 7, 3], async (view) => {
      for (const scan of [
        view.all({ stale: true }),
        view.range(null, null, { stale: true }),
        view.prefixScan('key', { stale: true, limit: 9 }),
      ]) {
        expect(await scan.lag()).toBe(7);
        const keys: string[] = [];
        for await (const [key] of scan) keys.push(key);
        expect(keys).toEqual(['key-0', 'key-1', 'key-2']);
        expect(await scan.lag()).toBe(7);
      }
    }));

  it('is not behind where nothing else is read than stores whose tasks process, or nothing at all', async () => {
    await during([0, 0], async (view) => expect(await view.all({ stale: true }).lag()).toBe(0));
    await during([], async (view) => expect(await view.all({ stale: true }).lag()).toBe(0));
    await during([0, 9], async (view) => expect(await view.all().lag()).toBe(0));
  });
});
