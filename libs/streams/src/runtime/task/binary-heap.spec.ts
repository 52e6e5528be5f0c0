import fc from 'fast-check';
import { BinaryHeap } from './binary-heap.js';

function drained<T>(heap: BinaryHeap<T>): T[] {
  const taken: T[] = [];
  while (heap.size > 0) taken.push(heap.take()!);
  return taken;
}

describe('BinaryHeap', () => {
  it('gives back what was added, the smallest first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = new BinaryHeap<number>((number) => number);
        for (const number of numbers) heap.add(number);
        expect(heap.peek()).toBe(numbers.length === 0 ? undefined : Math.min(...numbers));
        expect(drained(heap)).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  it('gives equal ones back in the order of java.util.PriorityQueue', () => {
    const heap = new BinaryHeap<string>(() => 0);
    for (const name of ['a', 'b', 'c', 'd', 'e']) heap.add(name);
    expect(drained(heap)).toEqual(['a', 'e', 'd', 'c', 'b']);
  });

  it('is empty when all was taken', () => {
    const heap = new BinaryHeap<number>((number) => number);
    heap.add(1);
    heap.take();
    expect([heap.size, heap.peek(), heap.take()]).toEqual([0, undefined, undefined]);
  });
});
