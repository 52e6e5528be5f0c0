import fc from 'fast-check';
import { placeStandbys, type StandbyCandidate } from './standby-placement.js';
import type { GroupTask } from './task-choice.js';

const names = ['a1', 'a2', 'b1', 'b2', 'c1'];
const task = (partition: number): GroupTask => ({
  fingerprint: 'f',
  partition,
  key: `f:${partition}`,
  isStateful: true,
  isLogged: true,
  inputs: [],
  capable: new Set(names),
});
/** A member whose name tells its zone. */
const member = (memberId: string, standby: Record<string, number | null> = {}, tags = { zone: memberId[0]! }): StandbyCandidate => ({
  memberId,
  processId: memberId,
  canStandBy: true,
  tags,
  standby: new Map(Object.entries(standby)),
  stateOffsets: new Map(),
});
const tasks = Array.from({ length: 10 }, (_, partition) => task(partition));
const placed = new Map(tasks.map(({ key, partition }) => [key, [names[partition % names.length]!]]));
const request = (replicas: number) => ({ replicas, spreadOver: ['zone'] });

/** Active tasks and their copies in a small group. */
interface Group {
  readonly tasks: readonly GroupTask[];
  /** The owner of each active task. */
  readonly placed: ReadonlyMap<string, readonly string[]>;
  readonly members: readonly StandbyCandidate[];
}

const smallGroups: fc.Arbitrary<Group> = fc
  .record({
    count: fc.integer({ min: 2, max: 4 }),
    /** The owner of each task and the holder of its copy. There is no copy where the number is too large. */
    places: fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { minLength: 1, maxLength: 5 }),
  })
  .map(({ count, places }) => {
    const all = places.map((_, partition) => task(partition));
    const ids = names.slice(0, count);
    const owners = places.map(([owner]) => ids[owner % count]!);
    const copies = ids.map((id) => all.filter((_, i) => ids[places[i]![1]] === id && owners[i] !== id).map(({ key }) => [key, 0] as const));
    return {
      tasks: all,
      placed: new Map(all.map(({ key }, i) => [key, [owners[i]!]])),
      members: ids.map((id, i) => member(id, Object.fromEntries(copies[i]!))),
    };
  });

/** The evenest loads that copies elsewhere than beside their active task can have, and the fewest moves to them: tried over all ways. */
function best({ tasks: all, placed: owners, members }: Group): { readonly evenness: number; readonly moves: number } {
  let found = { evenness: Infinity, moves: Infinity };
  const loads = new Map(members.map(({ memberId }) => [memberId, 0]));
  for (const [owner] of owners.values()) loads.set(owner!, loads.get(owner!)! + 1);
  const place = (at: number, moves: number): void => {
    if (at === all.length) {
      const evenness = evennessOf(loads.values());
      if (evenness < found.evenness || (evenness === found.evenness && moves < found.moves)) found = { evenness, moves };
      return;
    }
    const { key } = all[at]!;
    for (const { memberId } of members) {
      if (owners.get(key)!.includes(memberId)) continue;
      loads.set(memberId, loads.get(memberId)! + 1);
      const former = members.find(({ standby }) => standby.has(key));
      place(at + 1, moves + Number(former !== undefined && former.memberId !== memberId));
      loads.set(memberId, loads.get(memberId)! - 1);
    }
  };
  place(0, 0);
  return found;
}

const evennessOf = (loads: Iterable<number>) => [...loads].reduce((sum, load) => sum + load * load, 0);

describe('placing standby tasks', () => {
  it('makes the loads as even as copies beside no active task can be, and moves as few as that takes', () => {
    fc.assert(
      fc.property(smallGroups, (group) => {
        const { byMember, missing } = placeStandbys(group.tasks, group.placed, group.members, { replicas: 1, spreadOver: [] });
        expect(missing.size).toBe(0);
        const active = (id: string) => [...group.placed.values()].filter(([owner]) => owner === id).length;
        const evenness = evennessOf([...byMember].map(([id, standby]) => standby.size + active(id)));
        const moves = group.members.flatMap(({ memberId, standby }) =>
          [...standby.keys()].filter((key) => !byMember.get(memberId)!.has(key)),
        );
        for (const [id, standby] of byMember) for (const key of standby.keys()) expect(group.placed.get(key)).not.toContain(id);
        expect({ evenness, moves: moves.length }).toEqual(best(group));
      }),
      { numRuns: 10_000 },
    );
  });

  it('puts the copies of a task into different zones, evenly', () => {
    const { byMember, missing, crowded } = placeStandbys(
      tasks,
      placed,
      names.map((name) => member(name)),
      request(2),
    );
    for (const { key } of tasks) {
      const holders = [...placed.get(key)!, ...names.filter((name) => byMember.get(name)!.has(key))];
      expect(holders.map((name) => name[0]).sort()).toEqual(['a', 'b', 'c']);
    }
    expect([missing.size, crowded.size]).toEqual([0, 0]);
  });

  it('tells of tasks that have fewer copies than were asked for, or two in one zone', () => {
    const { byMember, missing, crowded } = placeStandbys(
      [task(0)],
      new Map([['f:0', ['a1']]]),
      ['a1', 'a2', 'b1'].map((name) => member(name)),
      request(3),
    );
    expect([...byMember].map(([name, standby]) => [name, standby.get('f:0')])).toEqual([
      ['a1', undefined],
      ['a2', 1],
      ['b1', 0],
    ]);
    expect(missing).toEqual(new Map([['f:0', 1]]));
    expect(crowded).toEqual(new Set(['f:0']));
  });

  it('leaves copies where they are', () => {
    const first = placeStandbys(
      tasks,
      placed,
      names.map((name) => member(name)),
      request(2),
    );
    const again = names.map((name) => member(name, Object.fromEntries(first.byMember.get(name)!)));
    expect(placeStandbys(tasks, placed, again, request(2)).byMember).toEqual(first.byMember);
  });

  it('gives none to a member whose version can not have them, nor to a second member of one process', () => {
    const members = [member('a1'), { ...member('a2'), processId: 'a1' }, { ...member('b1'), canStandBy: false }];
    expect(placeStandbys([task(0)], new Map([['f:0', ['a1']]]), members, request(1)).missing).toEqual(new Map([['f:0', 1]]));
  });
});
