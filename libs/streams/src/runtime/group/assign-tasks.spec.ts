import fc from 'fast-check';
import type { SizedSubTopology } from '../topics/partition-plan.js';
import { assignTasks, type AssigningMember, type ReplicaRules } from './assign-tasks.js';
import { taskKey, type TaskKey } from './task-key.js';

const acceptableLag = 100;
const probeAfterMs = 60_000;

/** A member of a simulated group, as it is between two rebalances. */
interface Simulated {
  readonly memberId: string;
  readonly processId: string;
  readonly running: Set<string>;
  /** The standby tasks, by key, with the number of the replica. */
  standby: Record<string, number | null>;
  /** How much of the state of a task it lacks, by key. Left out: it has none. */
  readonly lags: Map<string, number>;
}

interface Group {
  readonly subTopologies: readonly SizedSubTopology[];
  readonly members: readonly Simulated[];
  readonly replicas: number;
  readonly maxWarmUps: number;
  readonly isSettled: boolean;
}

const end = 1_000_000;
const subTopology = (id: number, tasks: number, isStateful: boolean): SizedSubTopology => ({
  needs: {
    fingerprint: `f${id}`,
    id,
    isStateful,
    sources: [],
    sinks: [],
    copartitioned: [],
    repartition: [],
    changelogs: isStateful ? [{ topic: `log-${id}`, partitions: null, config: {} }] : [],
    tables: [],
  },
  sources: new Map([[`in-${id}`, tasks]]),
  tasks,
});
const keysOf = (subTopologies: readonly SizedSubTopology[]) =>
  subTopologies.flatMap(({ needs, tasks }) =>
    Array.from({ length: tasks }, (_, partition) => taskKey({ fingerprint: needs.fingerprint, partition })),
  );

/** Random groups: where tasks run, who has how much of their state. */
function groups(most: { readonly members: number; readonly tasks: number }): fc.Arbitrary<Group> {
  const shape = fc.record({
    members: fc.integer({ min: 1, max: most.members }),
    sizes: fc.array(fc.integer({ min: 1, max: most.tasks }), { minLength: 1, maxLength: 3 }),
    isStateful: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    membersOfAProcess: fc.constantFrom(1, 1, 1, 2),
    replicas: fc.integer({ min: 0, max: 3 }),
    maxWarmUps: fc.constantFrom(1, 2, 1_000, 1_000),
    /** Whether all that runs has caught up. */
    isSettled: fc.boolean(),
    seed: fc.nat(),
  });
  return shape.map(({ members: count, sizes, isStateful, membersOfAProcess, replicas, maxWarmUps, isSettled, seed }) => {
    let state = seed;
    const next = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const subTopologies = sizes.map((size, id) => subTopology(id, Math.max(1, Math.floor(size / sizes.length)), isStateful[id]!));
    const members = Array.from({ length: count }, (_, i): Simulated => ({
      memberId: `m${i}`,
      processId: `p${Math.floor(i / membersOfAProcess)}`,
      running: new Set(),
      standby: {},
      lags: new Map(),
    }));
    for (const key of keysOf(subTopologies)) {
      const runner = members[next(count + 1)];
      runner?.running.add(key);
      for (const member of members)
        if (next(3) === 0) member.lags.set(key, next(2) === 0 ? next(acceptableLag) : acceptableLag + next(10_000));
      // One that runs is caught up, or is still restoring.
      if (runner !== undefined && (isSettled || next(4) > 0)) runner.lags.set(key, 0);
    }
    return { subTopologies, members, replicas, maxWarmUps, isSettled };
  });
}

/** One rebalance: what the leader assigns to the members as they are. */
function assign({ subTopologies, members, replicas, maxWarmUps }: Group) {
  const rules: ReplicaRules = { replicas, spreadOver: [], acceptableLag, maxWarmUps, probeAfterMs };
  const assigning = members.map(({ memberId, processId, running, standby, lags }): AssigningMember => ({
    memberId,
    info: {
      processId,
      server: null,
      running: [...running],
      restoring: [...running].filter((key) => lags.get(key) !== 0),
      standby,
      tags: {},
      stateOffsets: Object.fromEntries([...lags].map(([key, lag]) => [key, end - lag])),
      topology: null,
      endsApplication: false,
      matched: {},
    },
  }));
  const inputOf = (key: string) => ({ topic: `in-${key.slice(1, key.indexOf(':'))}`, partition: Number(key.slice(key.indexOf(':') + 1)) });
  const subscriptions = members.map(({ memberId, running }) => ({
    memberId,
    instanceId: undefined,
    topics: [],
    owned: [...running].map(inputOf),
    userData: Buffer.alloc(0),
  }));
  const ends = new Map(keysOf(subTopologies.filter(({ needs }) => needs.isStateful)).map((key) => [key, end]));
  const { byMember } = assignTasks([{ subTopologies, members: assigning }], subscriptions, rules, ends);
  return members.map(({ memberId }) => {
    const { info } = byMember.get(memberId)!;
    const standby = Object.fromEntries(info.standby.map((one) => [taskKey(one), one.replica]));
    return { active: info.active.map((key: TaskKey) => taskKey(key)), standby, probes: info.probeAfterMs !== null };
  });
}

/** Checks what must hold in every generation. */
function check({ subTopologies, members }: Group, assigned: ReturnType<typeof assign>): void {
  const logged = new Set(keysOf(subTopologies.filter(({ needs }) => needs.isStateful)));
  const owner = new Map<string, number>();
  assigned.forEach(({ active }, i) => {
    for (const key of active) {
      if (owner.has(key)) throw new Error(`${key} is active twice`);
      owner.set(key, i);
      if (members.some(({ running }, other) => other !== i && running.has(key))) throw new Error(`${key} still runs elsewhere`);
    }
  });
  const copies = new Set([...owner].map(([key, i]) => `${key} ${members[i]!.processId}`));
  assigned.forEach(({ standby }, i) => {
    for (const key of Object.keys(standby)) {
      const copy = `${key} ${members[i]!.processId}`;
      if (copies.has(copy)) throw new Error(`${copy} has two copies`);
      if (!logged.has(key)) throw new Error(`${key} has no changelog`);
      copies.add(copy);
    }
  });
  const isCaughtUp = (i: number, key: string) =>
    members.some(({ processId, lags }) => processId === members[i]!.processId && (lags.get(key) ?? end) <= acceptableLag);
  for (const [key, i] of owner) {
    if (!logged.has(key) || isCaughtUp(i, key)) continue;
    if (members.some((_, other) => isCaughtUp(other, key))) throw new Error(`${key} is given to a member without its state`);
  }
}

/** Carries out an assignment: what runs and what stands by has caught up by the next one. */
function carryOut({ members }: Group, assigned: ReturnType<typeof assign>): void {
  members.forEach((member, i) => {
    const { active, standby } = assigned[i]!;
    member.running.clear();
    for (const key of active) member.running.add(key);
    member.standby = standby;
    for (const key of [...active, ...Object.keys(standby)]) member.lags.set(key, 0);
  });
}

/** Lets the group rebalance until nothing changes. Returns the last assignment. */
function converge(group: Group): ReturnType<typeof assign> {
  let before = '';
  for (let round = 0; round < 1_000; round++) {
    const assigned = assign(group);
    check(group, assigned);
    carryOut(group, assigned);
    const after = JSON.stringify(assigned);
    if (after === before) return assigned;
    before = after;
  }
  throw new Error('the group does not come to rest');
}

function checkEnd({ subTopologies, members, replicas }: Group, assigned: ReturnType<typeof assign>): void {
  expect(assigned.flatMap(({ active }) => active).sort()).toEqual(keysOf(subTopologies).sort());
  const loads = assigned.map(({ active }) => active.length);
  expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
  expect(assigned.some(({ probes }) => probes)).toBe(false);
  const copies = Math.min(replicas, new Set(members.map(({ processId }) => processId)).size - 1);
  const standbys = assigned.flatMap(({ standby }) => Object.keys(standby));
  expect(standbys).toHaveLength(copies * keysOf(subTopologies.filter(({ needs }) => needs.isStateful)).length);
}

/** The fewest running tasks that must move for even loads: tried over all ways to choose who has one task more. */
function fewestMoves(running: readonly number[], tasks: number): number {
  const floor = Math.floor(tasks / running.length);
  let fewest = Infinity;
  for (let bits = 0; bits < 2 ** running.length; bits++) {
    const chosen = running.map((_, i) => (bits >> i) & 1);
    if (chosen.reduce((sum, one) => sum + one, 0) !== tasks % running.length) continue;
    fewest = Math.min(
      fewest,
      running.reduce((sum, count, i) => sum + Math.max(0, count - floor - chosen[i]!), 0),
    );
  }
  return fewest;
}

describe('the assignment of random groups', () => {
  it('runs each task once, evenly, with its copies elsewhere, and moves as few tasks as that takes', () => {
    fc.assert(
      fc.property(groups({ members: 6, tasks: 12 }), (group) => {
        const before = new Map(group.members.flatMap(({ memberId, running }) => [...running].map((key) => [key, memberId])));
        const fewest = fewestMoves(
          group.members.map(({ running }) => running.size),
          keysOf(group.subTopologies).length,
        );
        checkEnd(group, converge(group));
        const moved = group.members.flatMap(({ memberId, running }) =>
          [...running].filter((key) => before.has(key) && before.get(key) !== memberId),
        );
        // A task that is still being restored moves to a member that has its state. One that can not warm up yet may be in
        // the way.
        if (group.isSettled && group.maxWarmUps > 2) expect(moved).toHaveLength(fewest);
      }),
      { numRuns: 9_970 },
    );
  });

  it('does so in large groups', () => {
    fc.assert(
      fc.property(groups({ members: 200, tasks: 500 }), (group) => checkEnd(group, converge(group))),
      { numRuns: 30 },
    );
  });
});
