import { PartitionMap } from './partition-map.js';

describe('PartitionMap', () => {
  it('finds a value by topic and number, whatever object names them', () => {
    const map = new PartitionMap<string>();
    map.set({ topic: 'payment', partition: 0 }, 'first');
    map.set({ topic: 'payment', partition: 1 }, 'second');
    map.set({ topic: 'payment', partition: 0 }, 'third');
    expect([map.size, map.get({ topic: 'payment', partition: 0 }), map.has({ topic: 'rate', partition: 0 })]).toEqual([2, 'third', false]);
  });

  it('does not take a topic whose name ends with a number for another one', () => {
    const map = new PartitionMap<string>();
    map.set({ topic: 'payment-1', partition: 0 }, 'one');
    map.set({ topic: 'payment', partition: 10 }, 'ten');
    expect([map.get({ topic: 'payment-1', partition: 0 }), map.get({ topic: 'payment', partition: 10 }), map.size]).toEqual([
      'one',
      'ten',
      2,
    ]);
  });

  it('lists partitions and values in the order in which they came, and forgets what is deleted', () => {
    const map = new PartitionMap<number>();
    for (const partition of [2, 0, 1]) map.set({ topic: 'payment', partition }, partition * 10);
    expect(map.delete({ topic: 'payment', partition: 0 })).toBe(true);
    expect(map.delete({ topic: 'payment', partition: 0 })).toBe(false);
    expect([...map.keys()].map(({ partition }) => partition)).toEqual([2, 1]);
    expect([...map.values()]).toEqual([20, 10]);
    expect([...map.entries()]).toEqual([
      [{ topic: 'payment', partition: 2 }, 20],
      [{ topic: 'payment', partition: 1 }, 10],
    ]);
    map.clear();
    expect(map.size).toBe(0);
  });
});
