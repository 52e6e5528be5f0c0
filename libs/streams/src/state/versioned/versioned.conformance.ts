import { specOf } from '../kind/store-supplier.js';
import fc from 'fast-check';
import { serdes } from '../../serdes/serdes.js';
import { StoreLab, type Setup } from '../store-lab.spec-support.js';
import type { VersionedKeyValueStore } from '../store.js';
import { Stores } from '../stores.js';

const historyMs = 5_000;
const spec = specOf(
  Stores.versionedKeyValueStoreBuilder(Stores.persistentVersionedKeyValueStore('s', { history: historyMs }), serdes.string, serdes.string),
)!;

const key = fc.constantFrom('a', 'b');
const time = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 9_000 }) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 2_000, 2_001, 9_000) },
);
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key,
      time,
      value: fc.option(fc.string({ minLength: 1, maxLength: 2 }), { freq: 3 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('get' as const), key, time }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'crash' as const, 'delete' as const), key, time }) },
);

/** All versions of one key by time, null where it was deleted. */
type Versions = Map<number, string | null>;

function valid(versions: Versions, at: number): readonly [number, string | null] | undefined {
  return [...versions].filter(([from]) => from <= at).sort(([a], [b]) => b - a)[0];
}

/** What a versioned store does, wherever its rows are. */
export function describeVersionedStores(setup: Setup): void {
  it('knows the value of a key at any time within the history, in whatever order versions came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const lab = await StoreLab.open<any>(spec, { ...setup, cached: false });
        try {
          const model = new Map<string, Versions>();
          let observed = -1;
          const store = () => lab.store as VersionedKeyValueStore<string, string>;
          const put = (at: string, value: string | null, from: number): number | null => {
            if (from < observed - historyMs) return null;
            observed = Math.max(observed, from);
            const versions = model.get(at) ?? new Map<number, string | null>();
            model.set(at, versions.set(from, value));
            const later = [...versions.keys()].filter((other) => other > from);
            return later.length === 0 ? -1 : Math.min(...later);
          };
          const found = (at: string, asOf: number) => {
            const latest = valid(model.get(at) ?? new Map(), Infinity);
            const version = valid(model.get(at) ?? new Map(), asOf);
            const isLatest = version !== undefined && version[0] === latest?.[0];
            if (version === undefined || version[1] === null || (!isLatest && asOf < observed - historyMs)) return null;
            return { value: version[1], timestamp: version[0], validTo: null };
          };
          for (const next of steps) {
            if (next.do === 'put') expect(store().put(next.key, next.value, next.time)).toBe(put(next.key, next.value, next.time));
            else if (next.do === 'get') {
              expect(store().get(next.key, next.time)).toEqual(found(next.key, next.time));
              expect(store().get(next.key)).toEqual(found(next.key, Infinity));
            } else if (next.do === 'delete') {
              const former = next.time < observed - historyMs ? null : found(next.key, next.time);
              expect(store().delete(next.key, next.time)).toEqual(former);
              put(next.key, null, next.time);
            } else if (next.do === 'commit') await lab.commit();
            else await lab.crash('kept');
          }
        } finally {
          await lab.close();
        }
      }),
      { numRuns: setup.rows === 'memory' ? 100 : 15 },
    );
  });

  it('refuses versions older than the history, but logs them', async () => {
    const lab = await StoreLab.open<any>(spec, { ...setup, cached: false });
    const store = lab.store as VersionedKeyValueStore<string, string>;
    store.put('a', '1', 9_000);
    expect(store.put('b', '2', 3_999)).toBeNull();
    expect(store.put('b', '3', 4_000)).toBe(-1);
    expect(lab.dropped).toBe(1);
    expect(lab.logged.map(({ value, timestamp }) => [String(value), timestamp])).toEqual([
      ['1', 9_000],
      ['2', 3_999],
      ['3', 4_000],
    ]);
    await lab.crash('kept');
    expect((lab.store as typeof store).get('b')).toEqual({ value: '3', timestamp: 4_000, validTo: null });
    await lab.close();
  });
}
