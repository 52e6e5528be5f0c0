import { equal, test, type ConformanceTest, type SceneTest } from '@ouzel/core/conformance';
import { serdes } from '../serdes/serdes.js';
import type { SessionStoreOptions } from '../state/session/session-stores.js';
import type { Entry, SessionStore, StoreSupplier, Windowed } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { trials, type Dice } from './dice.js';
import { inEachSetup, uncached } from './in-each-setup.js';
import { ModelledStore } from './modelled-store.js';
import { compareBytes, listed, type LabScene } from './store-lab.js';

type TestedStore = SessionStore<string, string>;
export type SessionBounds = readonly [key: string, start: number, end: number];
type SessionEntry = readonly [key: string, start: number, end: number, value: string];

/** How a kind of session store orders sessions. */
export interface SessionOrder {
  /** Compares two sessions. Default: no order is expected. */
  readonly order?: (a: SessionBounds, b: SessionBounds) => number;
}

const options = { retention: 150_000 } as const;
const keys = ['a', 'ab', 'b'];
const values = ['', 'x', 'yz'];
const steps = { put: 12, find: 6, fetch: 2, event: 3 } as const;

/** Times that meet, lie around the border of a segment, or lie far apart. */
function timeOf(dice: Dice): number {
  return [() => dice.below(21), () => 74_990 + dice.below(21), () => 139_000 + dice.below(11)][dice.below(3)]!();
}

async function sessionsOf(scan: AsyncIterable<Entry<Windowed<string>, string>>): Promise<SessionEntry[]> {
  return (await listed(scan)).map(([{ key, window }, value]) => [key, window.start, window.end, value]);
}

function byEnd([a, aStart, aEnd]: SessionEntry, [b, bStart, bEnd]: SessionEntry): number {
  return aEnd - bEnd || aStart - bStart || compareBytes(a, b);
}

function boundsOf([key, start, end]: SessionEntry): SessionBounds {
  return [key, start, end];
}

function testsOf({ order }: SessionOrder): readonly SceneTest<LabScene<TestedStore>>[] {
  /** Compares a scan with what it should find; their order is that of the kind, or none. */
  const expectScan = (found: SessionEntry[], expected: SessionEntry[], reverse = false) => {
    if (order === undefined) return equal(found.sort(byEnd), expected.sort(byEnd));
    const inOrder = expected.sort((a, b) => order(boundsOf(a), boundsOf(b)));
    equal(found, reverse ? inOrder.reverse() : inOrder);
  };
  return [
    test('holds sessions by key, start and end, over commits and failures', ({ during, setup }) =>
      trials(setup.rows === 'memory' ? 30 : 6, (dice, count) =>
        during(async (lab) => {
          const modelled = new ModelledStore<TestedStore, SessionEntry>(lab, setup);
          const held = (accepts: (session: SessionEntry) => boolean) => modelled.values().filter(accepts);
          for (let step = 0; step < count; step++) {
            const { store } = modelled;
            const key = dice.pick(keys);
            const [start, end] = [timeOf(dice), timeOf(dice)].sort((a, b) => a - b) as [number, number];
            const name = `${key}@${start}-${end}`;
            const happens = dice.weighted(steps);
            if (happens === 'put') {
              const value = dice.below(4) === 0 ? null : dice.pick(values);
              if (value === null && dice.below(2) === 0) store.remove({ key, window: { start, end } });
              else store.put({ key, window: { start, end } }, value);
              modelled.put(name, value === null ? null : [key, start, end, value]);
            } else if (happens === 'find') {
              const reverse = dice.below(2) === 0;
              const overlaps = ([, from, to]: SessionEntry) => to >= start && from <= end;
              const ofKey = held((session) => session[0] === key && overlaps(session));
              expectScan(await sessionsOf(store.findSessions(key, start, end, { reverse })), ofKey, reverse);
              const ofKeys = held((session) => compareBytes(session[0], key) >= 0 && overlaps(session));
              expectScan(await sessionsOf(store.findSessionsRange(key, null, start, end, { reverse })), ofKeys, reverse);
              equal(store.fetchSession(key, start, end), modelled.get(name)?.[3] ?? null);
            } else if (happens === 'fetch') {
              expectScan(
                await sessionsOf(store.fetch(key)),
                held(([at]) => at === key),
              );
            } else await modelled.happen(dice);
          }
          expectScan(await sessionsOf(lab.store.fetch(null)), modelled.values());
          for await (const [{ window }] of lab.store.fetch('a', null)) if (window.start >= 0) break;
          equal(lab.openScans, 0);
        }),
      )),
  ];
}

/** Without a cache: it still shows what it holds, as in Kafka Streams. */
const retentionTests: readonly SceneTest<LabScene<TestedStore>>[] = [
  test('forgets sessions that ended longer ago than the retention', ({ during }) =>
    during(async (lab) => {
      const { store } = lab;
      store.put({ key: 'a', window: { start: 0, end: 5 } }, '1');
      store.put({ key: 'a', window: { start: 0, end: 300_000 } }, '2');
      store.put({ key: 'a', window: { start: 0, end: 6 } }, '3');
      await lab.commit();
      equal(store.fetchSession('a', 0, 5), null);
      equal(await sessionsOf(store.findSessions('a', 0, 300_000)), [['a', 0, 300_000, '2']]);
      equal(lab.dropped, 1);
    })),
];

/**
 * Returns the tests that every session store must pass, for any test runner.
 *
 * @example
 * for (const { name, run } of sessionConformance(Stores.persistentSessionStore)) it(name, run);
 */
export function sessionConformance(
  supplier: (name: string, options: SessionStoreOptions) => StoreSupplier,
  order: SessionOrder = {},
): readonly ConformanceTest[] {
  const builder = () => Stores.sessionStoreBuilder(supplier('store', options), serdes.string, serdes.string);
  return [...inEachSetup(builder, testsOf(order)), ...inEachSetup(builder, retentionTests, uncached)];
}
