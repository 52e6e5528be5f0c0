import { DecodedBudget } from '../rows/decoded-budget.js';
import { RecentMap } from './recent-map.js';

class Value {
  counted = 0;
  constructor(public size: number) {}
}

/** Two stores with one budget. */
function stores(maxBytes: number) {
  const budget = new DecodedBudget(maxBytes);
  const share = budget.open();
  const otherShare = budget.open();
  return { budget, share, map: new RecentMap<Value>(share), otherShare, other: new RecentMap<Value>(otherShare) };
}

describe('what stores keep decoded', () => {
  it('is counted, and stays within one budget for all of them', () => {
    const { budget, map, other } = stores(1_000);
    for (let i = 0; i < 1_000; i++) {
      (i % 2 === 0 ? map : other).add(`k${i}`, new Value(10));
      expect(budget.bytes).toBeLessThanOrEqual(1_000 + 10);
    }
    expect(map.get('k998')).toBeDefined();
    expect(other.get('k999')).toBeDefined();
    expect(map.get('k0')).toBeUndefined();
  });

  it('goes where it is not used, in whichever store that is', () => {
    const { map, other } = stores(1_000);
    other.add('unused', new Value(10));
    other.add('used', new Value(10));
    for (let i = 0; i < 300; i++) {
      map.add(`k${i}`, new Value(10));
      other.get('used');
    }
    expect(other.get('used')).toBeDefined();
    expect(other.get('unused')).toBeUndefined();
  });

  it('is counted again when it grew, whether it is still kept or not', () => {
    const { budget, map } = stores(1_000);
    const value = new Value(10);
    map.add('a', value);
    value.size = 100;
    map.recount('a', value);
    expect(budget.bytes).toBe(100);
    for (let i = 0; i < 300; i++) map.add(`k${i}`, new Value(10));
    const before = budget.bytes;
    value.size = 200;
    map.recount('a', value);
    expect(budget.bytes).toBe(before);
  });

  it('is counted no more when a range of keys is let go, young or old', () => {
    const { budget, map } = stores(1_000);
    for (let i = 0; i < 60; i++) map.add(`a${i}`, new Value(10));
    map.add('b', new Value(10));
    map.deleteRange('a', 'b');
    expect(budget.bytes).toBe(10);
    expect(map.get('a59')).toBeUndefined();
    expect(map.get('b')).toBeDefined();
  });

  it('is nothing when the stores are closed, whatever they are asked afterwards', () => {
    const { budget, share, otherShare, map, other } = stores(1_000);
    for (let i = 0; i < 70; i++) map.add(`k${i}`, new Value(10));
    map.get('k0');
    other.add('k', new Value(10));
    share.close();
    expect(budget.bytes).toBe(10);
    map.add('late', new Value(10));
    expect(map.get('late')).toBeUndefined();
    otherShare.reset();
    expect(budget.bytes).toBe(0);
  });
});
