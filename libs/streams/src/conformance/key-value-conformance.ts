import { ok } from 'node:assert';
import { equal, test, type ConformanceTest, type SceneTest } from '@ouzel/core/conformance';
import { serdes } from '../serdes/serdes.js';
import { changeSource } from '../state/change-source.js';
import type { Entry, KeyValueStore, StoreSupplier, TimestampedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { trials } from './dice.js';
import { inEachSetup } from './in-each-setup.js';
import { ModelledStore } from './modelled-store.js';
import { compareBytes, listed, type LabScene } from './store-lab.js';

type PlainStore = KeyValueStore<string, string>;
type TimedStore = TimestampedKeyValueStore<string, { n: number }>;

const keys = ['a', 'ab', 'b', 'ba', 'é', '\0', ''];
const values = ['', 'x', 'yz', 'é'];
const steps = { put: 10, get: 4, scan: 2, event: 3 } as const;

function byKey([a]: Entry<string, string>, [b]: Entry<string, string>): number {
  return compareBytes(a, b);
}

const plainTests: readonly SceneTest<LabScene<PlainStore>>[] = [
  test('is a map that survives failures by what was committed and logged', ({ during, setup }) =>
    trials(setup.rows === 'memory' ? 40 : 12, (dice, count) =>
      during(async (lab) => {
        const modelled = new ModelledStore<PlainStore, Entry<string, string>>(lab, setup);
        const inOrder = () => modelled.values().sort(byKey);
        for (let step = 0; step < count; step++) {
          const { store } = modelled;
          const key = dice.pick(keys);
          const happens = dice.weighted(steps);
          if (happens === 'put') {
            const value = dice.below(4) === 0 ? null : dice.pick(values);
            store.put(key, value);
            modelled.put(key, value === null ? null : [key, value]);
          } else if (happens === 'get') equal(store.get(key), modelled.get(key)?.[1] ?? null);
          else if (happens === 'event') await modelled.happen(dice);
          else {
            equal(await listed(store.all()), inOrder());
            equal(await listed(store.all({ reverse: true })), inOrder().reverse());
          }
        }
        await lab.commit();
        await lab.crash('kept');
        equal(await listed(lab.store.all()), inOrder());
        equal(lab.openScans, 0);
      }),
    )),

  test('shows a scan as it was when it began, so that deleting while scanning is safe', ({ during }) =>
    during(async (lab) => {
      const { store } = lab;
      for (let i = 0; i < 2_500; i++) store.put(String(i).padStart(4, '0'), 'x');
      await lab.commit();
      store.put('0000', 'y');
      const seen: string[] = [];
      for await (const [key] of store.all()) {
        store.delete(key);
        store.put(`new-${key}`, 'z');
        seen.push(key);
      }
      equal(seen.length, 2_500);
      equal((await listed(store.all()))[0]?.[0], 'new-0000');
    })),

  test('finds ranges by the order of bytes, and prefixes', ({ during }) =>
    during(async (lab) => {
      const { store } = lab;
      const entries: readonly Entry<string, string>[] = [
        ['b', '1'],
        ['ab', '2'],
        ['B', '3'],
        ['é', '4'],
      ];
      store.putAll(entries);
      await lab.commit();
      store.put('a', '5');
      const keysOf = async (scan: AsyncIterable<Entry<string, string>>) => (await listed(scan)).map(([key]) => key);
      equal(await keysOf(store.range('a', 'b')), ['a', 'ab', 'b']);
      equal(await keysOf(store.range(null, 'ab', { reverse: true })), ['ab', 'a', 'B']);
      equal(await keysOf(store.range('c', 'a')), []);
      equal(await keysOf(store.prefixScan('a')), ['a', 'ab']);
      equal(await keysOf(store.prefixScan(Buffer.of(0xc3))), ['é']);
    })),

  test('returns what a key had when it is deleted or put only if absent', ({ during }) =>
    during(async ({ store }) => {
      equal(store.putIfAbsent('a', '1'), null);
      equal(store.putIfAbsent('a', '2'), '1');
      equal(store.delete('a'), '1');
      equal(store.delete('a'), null);
      equal(store.get('a'), null);
    })),
];

const timestampedTests: readonly SceneTest<LabScene<TimedStore>>[] = [
  test('keeps its values when a user changes what he put or got', ({ during }) =>
    during(async (lab) => {
      const { store } = lab;
      const value = { n: 1 };
      store.put('a', { value, timestamp: 7 });
      value.n = 2;
      store.get('a')!.value.n = 3;
      equal(store.get('a'), { value: { n: 1 }, timestamp: 7 });
      await lab.commit();
      equal(store.get('a'), { value: { n: 1 }, timestamp: 7 });
    })),

  test('reports changes at the flush where it is cached: in the order of last updates, with former values', ({ during, setup }) =>
    during(async (lab) => {
      const source = changeSource<string, { value: { n: number }; timestamp: number }>(lab.store);
      ok((source !== undefined) === setup.cached);
      const changes: unknown[] = [];
      source?.setFlushListener(
        (key, newValue, oldValue) => void changes.push([key, newValue?.value.n ?? null, oldValue?.value.n ?? null, lab.record.timestamp]),
        true,
      );
      const put = (key: string, n: number | null, timestamp: number) => {
        lab.at(timestamp);
        lab.store.put(key, n === null ? null : { value: { n }, timestamp });
      };
      put('a', 1, 1);
      put('b', 2, 2);
      put('a', 3, 3);
      put('c', null, 4);
      await lab.flush();
      put('a', null, 5);
      await lab.flush();
      const reported = [
        ['b', 2, null, 2],
        ['a', 3, null, 3],
        ['a', null, 3, 5],
      ];
      equal(changes, setup.cached ? reported : []);
      equal(lab.record.timestamp, 5);
    })),
];

/**
 * Returns the tests of key-value stores, for any test runner: a kind of store that has `keyValueContract` must pass
 * them.
 *
 * @example
 * for (const { name, run } of keyValueConformance((name) => Stores.persistentKeyValueStore(name))) it(name, run);
 */
export function keyValueConformance(supplier: (name: string) => StoreSupplier): readonly ConformanceTest[] {
  return [
    ...inEachSetup(() => Stores.keyValueStoreBuilder(supplier('store'), serdes.string, serdes.string), plainTests),
    ...inEachSetup(
      () => Stores.timestampedKeyValueStoreBuilder(supplier('store'), serdes.string, serdes.json<{ n: number }>()),
      timestampedTests,
    ),
  ];
}
