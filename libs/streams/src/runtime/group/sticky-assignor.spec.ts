import fc from 'fast-check';
import { placeTasks, type Candidate, type PlacedTask } from './sticky-assignor.js';

const task = (subtopology: number, partition: number, stateful = true): PlacedTask => ({
  key: `s${subtopology}:${partition}`,
  subtopology,
  stateful,
});
const tasksOf = (sizes: readonly number[]) =>
  sizes.flatMap((size, sub) => Array.from({ length: size }, (_, partition) => task(sub, partition, sub % 2 === 0)));
const member = (memberId: string, running: readonly string[] = [], state: Record<string, number> = {}): Candidate => ({
  memberId,
  running: new Set(running),
  stateOffsets: new Map(Object.entries(state)),
});
const loads = (owners: ReadonlyMap<string, string>, members: readonly Candidate[]) =>
  members.map(({ memberId }) => [...owners.values()].filter((owner) => owner === memberId).length);

describe('placing tasks', () => {
  it('gives every task to one member, with loads that differ by one at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), (sizes, count) => {
        const tasks = tasksOf(sizes);
        const members = Array.from({ length: count }, (_, i) => member(`m${i}`));
        const owners = placeTasks(tasks, members);
        expect([...owners.keys()].sort()).toEqual(tasks.map(({ key }) => key).sort());
        const all = loads(owners, members);
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves nothing when nothing changed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }), fc.integer({ min: 1, max: 6 }), (sizes, count) => {
        const tasks = tasksOf(sizes);
        const first = placeTasks(
          tasks,
          Array.from({ length: count }, (_, i) => member(`m${i}`)),
        );
        const again = placeTasks(
          tasks,
          Array.from({ length: count }, (_, i) =>
            member(
              `m${i}`,
              [...first].filter(([, owner]) => owner === `m${i}`).map(([key]) => key),
            ),
          ),
        );
        expect(again).toEqual(first);
      }),
    );
  });

  it('takes from the old members only what a new one is due', () => {
    const tasks = tasksOf([6]);
    const first = placeTasks(tasks, [member('a'), member('b')]);
    const keysOf = (id: string) => [...first].filter(([, owner]) => owner === id).map(([key]) => key);
    const next = placeTasks(tasks, [member('a', keysOf('a')), member('b', keysOf('b')), member('c')]);
    const moved = [...next].filter(([key, owner]) => first.get(key) !== owner);
    expect(moved).toHaveLength(2);
    expect(moved.every(([, owner]) => owner === 'c')).toBe(true);
  });

  it('gives a task to who has most of its state when nobody runs it', () => {
    const owners = placeTasks(
      [task(0, 0), task(0, 1)],
      [member('a', [], { 's0:1': 10 }), member('b', [], { 's0:1': 90, 's0:0': 5 }), member('c')],
    );
    expect(owners.get('s0:1')).toBe('b');
  });
});
