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

describe('placing standby tasks', () => {
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
