import { equal, test, type ConformanceTest, type SceneTest } from '@ouzel/core/conformance';
import { serdes } from '../serdes/serdes.js';
import type { StoreSupplier, VersionedKeyValueStore, VersionedRecord } from '../state/store.js';
import { Stores } from '../state/stores.js';
import type { VersionedStoreOptions } from '../state/versioned/versioned-stores.js';
import { trials, type Dice } from './dice.js';
import { inEachSetup } from './in-each-setup.js';
import type { LabScene } from './store-lab.js';

type TestedStore = VersionedKeyValueStore<string, string>;

const historyMs = 5_000;
const keys = ['a', 'b'];
const values = ['x', 'yz'];
const steps = { put: 20, get: 10, delete: 1, commit: 1, crash: 1 } as const;

function timeOf(dice: Dice): number {
  return dice.below(4) === 0 ? dice.pick([0, 1, 2_000, 2_001, 9_000]) : dice.below(9_001);
}

/** All versions of all keys, and what a versioned store should say of them. */
class VersionsModel {
  /** The values by key and time; null where the key was deleted. */
  private readonly versions = new Map<string, Map<number, string | null>>();
  private observed = -1;

  /** Returns until when the version is valid, as `put` of a store does. */
  put(key: string, value: string | null, from: number): number | null {
    if (this.isTooOld(from)) return null;
    this.observed = Math.max(this.observed, from);
    const versions = this.versions.get(key) ?? new Map<number, string | null>();
    this.versions.set(key, versions.set(from, value));
    const later = [...versions.keys()].filter((other) => other > from);
    return later.length === 0 ? -1 : Math.min(...later);
  }

  get(key: string, asOf: number): VersionedRecord<string> | null {
    const newest = this.newest(key, Infinity);
    const found = this.newest(key, asOf);
    if (found === undefined || found[1] === null || (found[0] !== newest?.[0] && this.isTooOld(asOf))) return null;
    return { value: found[1], timestamp: found[0], validTo: null };
  }

  isTooOld(time: number): boolean {
    return time < this.observed - historyMs;
  }

  private newest(key: string, asOf: number): readonly [number, string | null] | undefined {
    return [...(this.versions.get(key) ?? [])].filter(([from]) => from <= asOf).sort(([a], [b]) => b - a)[0];
  }
}

const tests: readonly SceneTest<LabScene<TestedStore>>[] = [
  test('knows the value of a key at any time within the history, in whatever order versions came', ({ during, setup }) =>
    trials(setup.rows === 'memory' ? 100 : 15, (dice, count) =>
      during(async (lab) => {
        const model = new VersionsModel();
        for (let step = 0; step < count; step++) {
          const { store } = lab;
          const key = dice.pick(keys);
          const time = timeOf(dice);
          const happens = dice.weighted(steps);
          if (happens === 'put') {
            const value = dice.below(4) === 0 ? null : dice.pick(values);
            equal(store.put(key, value, time), model.put(key, value, time));
          } else if (happens === 'get') {
            equal(store.get(key, time), model.get(key, time));
            equal(store.get(key), model.get(key, Infinity));
          } else if (happens === 'delete') {
            equal(store.delete(key, time), model.isTooOld(time) ? null : model.get(key, time));
            model.put(key, null, time);
          } else if (happens === 'commit') await lab.commit();
          else await lab.crash('kept');
        }
      }),
    )),

  test('refuses versions older than the history, but logs them', ({ during }) =>
    during(async (lab) => {
      lab.store.put('a', '1', 9_000);
      equal(lab.store.put('b', '2', 3_999), null);
      equal(lab.store.put('b', '3', 4_000), -1);
      equal(lab.dropped, 1);
      equal(
        lab.logged.map(({ value, timestamp }) => [String(value), timestamp]),
        [
          ['1', 9_000],
          ['2', 3_999],
          ['3', 4_000],
        ],
      );
      await lab.crash('kept');
      equal(lab.store.get('b'), { value: '3', timestamp: 4_000, validTo: null });
    })),
];

/**
 * Returns the tests of versioned stores, for any test runner: a kind of store that has `versionedContract` must pass
 * them.
 *
 * @example
 * for (const { name, run } of versionedConformance(Stores.persistentVersionedKeyValueStore)) it(name, run);
 */
export function versionedConformance(
  supplier: (name: string, options: VersionedStoreOptions) => StoreSupplier,
): readonly ConformanceTest[] {
  return inEachSetup(
    () => Stores.versionedKeyValueStoreBuilder(supplier('store', { history: historyMs }), serdes.string, serdes.string),
    tests,
  );
}
