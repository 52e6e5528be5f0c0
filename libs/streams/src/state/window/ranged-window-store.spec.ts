import fc from 'fast-check';
import { listed, putInto, setups, StoreLab } from '../../conformance/store-lab.js';
import { serdes } from '../../serdes/serdes.js';
import { storeSpec } from '../kind/store-spec.js';
import type { RangedWindowStore } from './ranged-window-store.js';
import { windowKind } from './window-kind.js';
import type { WindowOptions } from './window-options.js';

function specOf(persistent: boolean, options: Partial<WindowOptions>) {
  return storeSpec(windowKind, {
    name: 's',
    options: { values: 'plain', retentionMs: 150_000, sizeMs: 10, retainDuplicates: false, ...options },
    persistent,
    key: serdes.string,
    value: serdes.string,
    caching: true,
    logging: {},
  });
}

const key = fc.constantFrom('a', 'ab', 'b', 'é');
const start = fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 60_000, max: 60_010 }), fc.integer({ min: 119_999, max: 140_000 }));
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, start, value: fc.option(fc.string({ maxLength: 2 }), { freq: 4 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('range' as const), key, start, to: start, reverse: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'commit' as const) }) },
);

describe.each(setups)('the windows of a key that are read by range ($rows, cached: $cached)', (setup) => {
  it.each<[persistent: boolean, order: 'key' | 'time']>([
    [true, 'key'],
    [true, 'time'],
    [false, 'key'],
  ])('are found without waiting (persistent: %s, order: %s)', async (persistent, order) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), (steps) =>
        StoreLab.during<RangedWindowStore<string, string>>(specOf(persistent, { access: 'range', order }), setup, async (lab) => {
          const starts = new Map<string, number>();
          for (const next of steps) {
            if (next.do === 'put') {
              lab.store.put(next.key, next.value, next.start);
              putInto(starts, `${next.key}@${next.start}`, next.value === null ? null : next.start);
            } else if (next.do === 'range') {
              const found = lab.store.fetchRangeSync(next.key, next.start, next.to, { reverse: next.reverse });
              const expected = [...starts]
                .filter(([name, at]) => name === `${next.key}@${at}` && at >= next.start && at <= next.to)
                .map(([, at]) => at)
                .sort((a, b) => a - b);
              expect(found.map(([at]) => at)).toEqual(next.reverse ? expected.reverse() : expected);
            } else await lab[next.do]();
          }
        }),
      ),
      { numRuns: setup.rows === 'memory' ? 30 : 6 },
    );
  });

  it.each([true, false])('are all found where duplicates are retained; each put has a number (persistent: %s)', (persistent) =>
    StoreLab.during<RangedWindowStore<string, string>>(specOf(persistent, { retainDuplicates: true }), setup, async (lab) => {
      for (const value of ['1', '2', '3']) lab.store.put('a', value, 5);
      lab.store.put('a', null, 5);
      lab.store.put('b', '4', 5);
      expect(lab.store.fetchRangeSync('a', 0, 100).map(([, value]) => value)).toEqual(['1', '2', '3']);
      await lab.flush();
      const numbers = lab.logged.map(({ key: bytes, value }) => [bytes.readInt32BE(bytes.length - 4), value && String(value)]);
      expect(numbers).toEqual([
        [1, '1'],
        [2, '2'],
        [3, '3'],
        [4, null],
        [5, '4'],
      ]);
      expect(await listed(lab.store.all())).toHaveLength(4);
    }),
  );
});
