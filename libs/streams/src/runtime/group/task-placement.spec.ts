import fc from 'fast-check';
import { placeTasks, type Candidate, type PlacedTask } from './task-placement.js';

const task = (subtopology: number, partition: number, capable: readonly string[], isStateful = true): PlacedTask => ({
  key: `s${subtopology}:${partition}`,
  subtopology: `s${subtopology}`,
  isStateful,
  capable: new Set(capable),
});
const member = (memberId: string, running: readonly string[] = [], state: Record<string, number> = {}): Candidate => ({
  memberId,
  running: new Set(running),
  stateOffsets: new Map(Object.entries(state)),
});
const names = (count: number) => Array.from({ length: count }, (_, i) => `m${i}`);
const tasksOf = (sizes: readonly number[], capable: readonly string[]) =>
  sizes.flatMap((size, sub) => Array.from({ length: size }, (_, partition) => task(sub, partition, capable, sub % 2 === 0)));
const loads = (owners: ReadonlyMap<string, string>, members: readonly Candidate[]) =>
  members.map(({ memberId }) => [...owners.values()].filter((owner) => owner === memberId).length);
const keysOf = (owners: ReadonlyMap<string, string>, memberId: string) =>
  [...owners].filter(([, owner]) => owner === memberId).map(([key]) => key);

/** Tasks and members of one version, where each task runs somewhere or nowhere. */
const groups = fc
  .record({
    sizes: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 5 }),
    count: fc.integer({ min: 1, max: 9 }),
    where: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
  })
  .map(({ sizes, count, where }) => {
    const tasks = tasksOf(sizes, names(count));
    const runner = new Map(tasks.map(({ key }, i) => [key, where[i]! % (count + 1)]));
    const members = names(count).map((name, i) =>
      member(
        name,
        tasks.filter(({ key }) => runner.get(key) === i).map(({ key }) => key),
      ),
    );
    return { tasks, members };
  });

/**
 * The fewest tasks that must leave the member that runs them, for loads that differ by one at most: tried over all ways
 * to choose who has one task more.
 */
function fewestMoves(tasks: readonly PlacedTask[], members: readonly Candidate[]): number {
  const floor = Math.floor(tasks.length / members.length);
  const larger = tasks.length % members.length;
  let fewest = Infinity;
  for (let bits = 0; bits < 2 ** members.length; bits++) {
    const chosen = members.map((_, i) => (bits >> i) & 1);
    if (chosen.reduce((sum, one) => sum + one, 0) !== larger) continue;
    const moves = members.reduce((sum, { running }, i) => sum + Math.max(0, running.size - floor - chosen[i]!), 0);
    fewest = Math.min(fewest, moves);
  }
  return fewest;
}

/** The smallest sum of squared loads over all placements: no chain of moves can even them out further. */
function evenest(tasks: readonly PlacedTask[], members: readonly Candidate[]): number {
  const sums = new Map<string, number>(members.map(({ memberId }) => [memberId, 0]));
  const best = (at: number): number => {
    if (at === tasks.length) return [...sums.values()].reduce((sum, load) => sum + load * load, 0);
    return Math.min(
      ...[...tasks[at]!.capable].map((memberId) => {
        sums.set(memberId, sums.get(memberId)! + 1);
        const result = best(at + 1);
        sums.set(memberId, sums.get(memberId)! - 1);
        return result;
      }),
    );
  };
  return best(0);
}

describe('placing tasks', () => {
  it('gives every task to one member, with loads that differ by one at most', () => {
    fc.assert(
      fc.property(groups, ({ tasks, members }) => {
        const owners = placeTasks(tasks, members);
        expect([...owners.keys()].sort()).toEqual(tasks.map(({ key }) => key).sort());
        const all = loads(owners, members);
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves as few running tasks as that allows', () => {
    fc.assert(
      fc.property(groups, ({ tasks, members }) => {
        const owners = placeTasks(tasks, members);
        const moved = members.flatMap(({ memberId, running }) => [...running].filter((key) => owners.get(key) !== memberId));
        expect(moved.length).toBe(fewestMoves(tasks, members));
      }),
    );
  });

  it('moves nothing when nothing changed', () => {
    fc.assert(
      fc.property(groups, ({ tasks, members }) => {
        const first = placeTasks(tasks, members);
        const again = members.map(({ memberId }) => member(memberId, keysOf(first, memberId)));
        expect(new Map([...placeTasks(tasks, again)].sort())).toEqual(new Map([...first].sort()));
      }),
    );
  });

  it('gives a task only to a member that can run it, as evenly as that allows', () => {
    const restricted = fc
      .record({ count: fc.integer({ min: 1, max: 4 }), capable: fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 6 }) })
      .map(({ count, capable }) => {
        const members = names(count).map((name) => member(name));
        const tasks = capable.map((bits, i) => {
          const able = names(count).filter((_, at) => (bits >> at) & 1);
          return task(0, i, able.length === 0 ? ['m0'] : able);
        });
        return { members, tasks };
      });
    fc.assert(
      fc.property(restricted, ({ tasks, members }) => {
        const owners = placeTasks(tasks, members);
        for (const { key, capable } of tasks) expect(capable).toContain(owners.get(key));
        expect(loads(owners, members).reduce((sum, load) => sum + load * load, 0)).toBe(evenest(tasks, members));
      }),
    );
  });

  it('leaves out a task that no member can run', () => {
    expect(placeTasks([task(0, 0, []), task(0, 1, ['gone'])], [member('a')])).toEqual(new Map());
  });

  it('takes from the old members only what a new one is due, and spreads sub-topologies', () => {
    const tasks = tasksOf([4, 4], ['a', 'b']);
    const alone = placeTasks(tasks, [member('a')]);
    const next = placeTasks(tasks, [member('a', keysOf(alone, 'a')), member('b')]);
    expect(['s0', 's1'].map((sub) => keysOf(next, 'b').filter((key) => key.startsWith(sub)).length)).toEqual([2, 2]);
  });

  it('gives a task to the member with most of its state when none runs it', () => {
    const all = ['a', 'b', 'c'];
    const owners = placeTasks(
      [task(0, 0, all), task(0, 1, all)],
      [member('a', [], { 's0:1': 10 }), member('b', [], { 's0:1': 90, 's0:0': 5 }), member('c')],
    );
    expect(owners.get('s0:1')).toBe('b');
  });

  it('gives a member that comes back the tasks whose state it still has', () => {
    const tasks = tasksOf([4], ['a', 'b']);
    const owners = placeTasks(tasks, [member('a', ['s0:0', 's0:1', 's0:2', 's0:3']), member('b', [], { 's0:1': 70, 's0:2': 80 })]);
    expect(keysOf(owners, 'b').sort()).toEqual(['s0:1', 's0:2']);
  });

  it('is quick for a large group', () => {
    const tasks = tasksOf([250, 250], names(200));
    const members = names(200).map((name, i) => member(name, i === 0 ? tasks.map(({ key }) => key) : []));
    const all = loads(placeTasks(tasks, members), members);
    expect([Math.min(...all), Math.max(...all)]).toEqual([2, 3]);
  });
});
