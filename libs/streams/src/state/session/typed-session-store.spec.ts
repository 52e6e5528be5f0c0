import fc from 'fast-check';
import { compareBytes, listed, setups, StoreLab } from '../../conformance/store-lab.js';
import { serdes } from '../../serdes/serdes.js';
import { storeSpec } from '../kind/store-spec.js';
import { sessionKind, type SessionOptions } from './session-kind.js';
import type { TypedSessionStore } from './typed-session-store.js';

type TestedStore = TypedSessionStore<string, string>;

function specOf(persistent: boolean, order: SessionOptions['order']) {
  return storeSpec(sessionKind, {
    name: 's',
    options: { retentionMs: 150_000, order },
    persistent,
    key: serdes.string,
    value: serdes.string,
    caching: true,
    logging: {},
  });
}

const touch = fc.record({
  key: fc.constantFrom('a', 'b'),
  at: fc.oneof(fc.nat({ max: 60 }), fc.integer({ min: 74_970, max: 75_030 })),
  gap: fc.constantFrom(0, 2, 9),
  then: fc.constantFrom('put' as const, 'put' as const, 'remove' as const, 'flush' as const, 'commit' as const),
});

/** Merges sessions as an aggregation does. */
async function mergeSessions(lab: StoreLab<TestedStore>, touches: readonly (typeof touch extends fc.Arbitrary<infer T> ? T : never)[]) {
  const { store } = lab;
  for (const { key, at, gap, then } of touches) {
    const found = store.findDisjoint(key, at - gap, at + gap);
    const scanned = [];
    for await (const entry of store.findSessions(key, at - gap, at + gap)) scanned.push(entry);
    expect(found).toEqual(scanned);
    for (const [session] of found) store.remove(session);
    const windows = found.map(([{ window }]) => window);
    const window = {
      start: Math.min(at, ...windows.map(({ start }) => start)),
      end: Math.max(at, ...windows.map(({ end }) => end)),
    };
    if (then !== 'remove') store.put({ key, window }, 'v');
    if (then === 'flush' || then === 'commit') await lab[then]();
  }
}

describe.each(setups)('the sessions of a key ($rows, cached: $cached)', (setup) => {
  it.each<[persistent: boolean, order: 'key' | 'time']>([
    [true, 'key'],
    [true, 'time'],
    [false, 'key'],
  ])('are found for a merge as a look at all of them finds them (persistent: %s, order: %s)', async (persistent, order) => {
    await fc.assert(
      fc.asyncProperty(fc.array(touch, { maxLength: 80, size: 'max' }), (touches) =>
        StoreLab.during<TestedStore>(specOf(persistent, order), setup, (lab) => mergeSessions(lab, touches)),
      ),
      { numRuns: setup.rows === 'memory' ? 60 : 10 },
    );
  });
});

describe.each(setups.filter(({ cached }) => !cached))('sessions in the order of time ($rows)', (setup) => {
  it('are found by their end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(touch, { maxLength: 40, size: 'max' }), (touches) =>
        StoreLab.during<TestedStore>(specOf(true, 'time'), setup, async (lab) => {
          await mergeSessions(lab, touches);
          const expected = (await listed(lab.store.fetch(null))).filter(([{ window }]) => window.end >= 10 && window.end < 75_000);
          expected.sort(([a], [b]) => a.window.end - b.window.end || a.window.start - b.window.start || compareBytes(a.key, b.key));
          expect(await listed(lab.store.endingBetween(10, 75_000))).toEqual(expected);
        }),
      ),
      { numRuns: setup.rows === 'memory' ? 30 : 6 },
    );
  });
});
