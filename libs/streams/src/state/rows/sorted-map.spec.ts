import fc from 'fast-check';
import { SortedMap } from './sorted-map.js';

const key = fc.integer({ min: 0, max: 400 }).map((n) => String(n).padStart(3, '0'));
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('set' as const), key, value: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('range' as const), key, to: key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('first' as const), key }) },
);

describe('SortedMap', () => {
  it('is a map that can be walked in the order of its keys, whatever was set and deleted in between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_500, size: 'max' }), (steps) => {
        const map = new SortedMap<number>();
        const model = new Map<string, number>();
        const inOrder = () => [...model].sort(([a], [b]) => (a < b ? -1 : 1));
        for (const next of steps) {
          if (next.do === 'set') {
            map.set(next.key, next.value);
            model.set(next.key, next.value);
          } else if (next.do === 'delete') expect(map.delete(next.key)).toBe(model.delete(next.key));
          else if (next.do === 'first') expect(map.first()).toEqual(inOrder()[0]);
          else expect(map.range(next.key, next.to)).toEqual(inOrder().filter(([found]) => found >= next.key && found < next.to));
        }
        expect(map.range(undefined, undefined)).toEqual(inOrder());
        expect(map.size).toBe(model.size);
      }),
      { numRuns: 30 },
    );
  });

  it('does not pile up keys that come and go while nobody walks', () => {
    const map = new SortedMap<number>();
    for (let i = 0; i < 100_000; i++) {
      map.set(`k${i}`, i);
      map.delete(`k${i}`);
    }
    map.set('left', 1);
    expect(map.range(undefined, undefined)).toEqual([['left', 1]]);
  });
});
