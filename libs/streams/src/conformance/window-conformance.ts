import { equal, test, type ConformanceTest, type SceneTest } from '@ouzel/core/conformance';
import { serdes } from '../serdes/serdes.js';
import type { Entry, StoreSupplier, Windowed, WindowStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import type { WindowStoreOptions } from '../state/window/window-stores.js';
import { trials, type Dice } from './dice.js';
import { inEachSetup, uncached } from './in-each-setup.js';
import { ModelledStore } from './modelled-store.js';
import { compareBytes, listed, type LabScene } from './store-lab.js';

type TestedStore = WindowStore<string, string>;
type WindowEntry = readonly [key: string, start: number, value: string];

/** How a kind of window store orders the windows of several keys. */
export interface WindowOrder {
  /** Compares two windows. Default: no order is expected but that of the starts of one key. */
  readonly order?: (a: readonly [key: string, start: number], b: readonly [key: string, start: number]) => number;
}

const options = { retention: 150_000, size: 10 } as const;
const lastStart = 140_000;
const keys = ['a', 'ab', 'b', 'é'];
const values = ['', 'x', 'yz'];
const steps = { put: 12, fetch: 4, range: 3, all: 2, event: 3 } as const;

/** Starts that meet in one window, lie around the border of a segment, or lie far apart. */
function startOf(dice: Dice): number {
  return [() => dice.below(41), () => 60_000 + dice.below(11), () => 119_999 + dice.below(20_002)][dice.below(3)]!();
}

async function windowsOf(scan: AsyncIterable<Entry<Windowed<string>, string>>): Promise<WindowEntry[]> {
  return (await listed(scan)).map(([{ key, window }, value]) => [key, window.start, value]);
}

function byKeyAndStart([a, aStart]: WindowEntry, [b, bStart]: WindowEntry): number {
  return compareBytes(a, b) || aStart - bStart;
}

function testsOf({ order }: WindowOrder): readonly SceneTest<LabScene<TestedStore>>[] {
  /** Compares a scan with what it should find; their order is that of the kind, or none. */
  const expectScan = (found: WindowEntry[], expected: WindowEntry[], reverse = false) => {
    if (order === undefined) return equal(found.sort(byKeyAndStart), expected.sort(byKeyAndStart));
    const inOrder = expected.sort(([a, aStart], [b, bStart]) => order([a, aStart], [b, bStart]));
    equal(found, reverse ? inOrder.reverse() : inOrder);
  };
  return [
    test('holds windows by key and start, over commits and failures', ({ during, setup }) =>
      trials(setup.rows === 'memory' ? 30 : 6, (dice, count) =>
        during(async (lab) => {
          const modelled = new ModelledStore<TestedStore, WindowEntry>(lab, setup);
          const held = (accepts: (window: WindowEntry) => boolean) => modelled.values().filter(accepts);
          for (let step = 0; step < count; step++) {
            const { store } = modelled;
            const key = dice.pick(keys);
            const start = startOf(dice);
            const name = `${key}@${start}`;
            const happens = dice.weighted(steps);
            if (happens === 'put') {
              const value = dice.below(5) === 0 ? null : dice.pick(values);
              store.put(key, value, start);
              modelled.put(name, value === null ? null : [key, start, value]);
            } else if (happens === 'fetch') equal(store.fetch(key, start), modelled.get(name)?.[2] ?? null);
            else if (happens === 'range') {
              const to = startOf(dice);
              const reverse = dice.below(2) === 0;
              const isIn = ([, at]: WindowEntry) => at >= start && at <= to;
              const ofKey = held((window) => window[0] === key && isIn(window)).sort(byKeyAndStart);
              equal(await windowsOf(store.fetchRange(key, key, start, to, { reverse })), reverse ? ofKey.reverse() : ofKey);
              const ofKeys = held((window) => compareBytes(window[0], key) <= 0 && isIn(window));
              expectScan(await windowsOf(store.fetchRange(null, key, start, to, { reverse })), ofKeys, reverse);
            } else if (happens === 'all') expectScan(await windowsOf(store.all()), modelled.values());
            else await modelled.happen(dice);
          }
          expectScan(await windowsOf(lab.store.fetchAll(0, lastStart)), modelled.values());
          for await (const [{ window }] of lab.store.fetchRange(null, 'b', 0, lastStart)) if (window.start >= 0) break;
          equal(lab.openScans, 0);
        }),
      )),
  ];
}

/** Without a cache: it still shows what it holds, as in Kafka Streams. */
const retentionTests: readonly SceneTest<LabScene<TestedStore>>[] = [
  test('forgets what is older than the retention, and counts what still is put', ({ during }) =>
    during(async (lab) => {
      const starts = async () => (await windowsOf(lab.store.all())).map(([, start]) => start);
      lab.store.put('a', '1', 0);
      lab.store.put('a', '2', 300_000);
      await lab.commit();
      lab.store.put('a', '3', 10);
      equal(lab.store.fetch('a', 0), null);
      await lab.commit();
      equal(lab.store.fetch('a', 10), null);
      equal(await starts(), [300_000]);
      equal(lab.dropped, 1);
      equal(lab.logged.length, 3);
      await lab.crash('kept');
      equal(await starts(), [300_000]);
    })),
];

const duplicateTests: readonly SceneTest<LabScene<TestedStore>>[] = [
  test('keeps all values of one key and start where duplicates are retained', ({ during }) =>
    during(async (lab) => {
      lab.at(3);
      for (const value of ['1', '2', '3']) lab.store.put('a', value, 5);
      lab.store.put('a', null, 5);
      lab.store.put('b', '4', 5);
      const valuesOf = async (key: string) => (await windowsOf(lab.store.fetchRange(key, key, 0, 100))).map(([, , value]) => value);
      equal(await valuesOf('a'), ['1', '2', '3']);
      await lab.commit();
      await lab.crash('kept');
      equal(await valuesOf('a'), ['1', '2', '3']);
      equal(
        (await windowsOf(lab.store.all())).map(([, , value]) => value),
        ['1', '2', '3', '4'],
      );
      // Java's numbers begin anew, and the first value is lost.
      lab.store.put('a', '5', 5);
      equal(await valuesOf('a'), ['1', '2', '3', '5']);
      await lab.crash('aborted');
      lab.store.put('a', '6', 5);
      equal(await valuesOf('a'), ['1', '2', '3', '6']);
    })),
];

/**
 * Returns the tests that every window store must pass, for any test runner.
 *
 * @example
 * for (const { name, run } of windowConformance(Stores.persistentWindowStore)) it(name, run);
 */
export function windowConformance(
  supplier: (name: string, options: WindowStoreOptions) => StoreSupplier,
  order: WindowOrder = {},
): readonly ConformanceTest[] {
  const builder = (retainDuplicates: boolean) => () =>
    Stores.windowStoreBuilder(supplier('store', { ...options, retainDuplicates }), serdes.string, serdes.string);
  return [
    ...inEachSetup(builder(false), testsOf(order)),
    ...inEachSetup(builder(false), retentionTests, uncached),
    ...inEachSetup(builder(true), duplicateTests),
  ];
}
