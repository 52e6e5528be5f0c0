import type { GroupTask } from './task-choice.js';

/** A member, as far as it decides whether a task may move to it. */
export interface WarmMember {
  readonly memberId: string;
  /** Members of one process share their state: where one has caught up, a task can move to another. */
  readonly processId: string;
  /** Keys of the tasks that it processes: their state is complete. */
  readonly processing: ReadonlySet<string>;
  /** Whether its version can have standby tasks. */
  readonly canStandBy: boolean;
  /** How many offsets of its changelogs the member's state of a task lacks. */
  lagOf(task: string): number;
}

export interface WarmUpPlan {
  /** The owner of each task for now, by key. */
  readonly owners: ReadonlyMap<string, string>;
  /** The members that have to fill their state of a task before the task moves to them, by task key. */
  readonly warmUps: ReadonlyMap<string, string>;
}

export interface WarmUpLimits {
  /** A lag up to this counts as caught up (`acceptableRecoveryLag`). */
  readonly acceptableLag: number;
  /** The most warm-ups at one time in the group (`maxWarmupReplicas`). */
  readonly maxWarmUps: number;
}

interface Waiting {
  readonly task: GroupTask;
  readonly to: WarmMember;
}

/**
 * Holds back moves after which a task would have to wait for its state (KIP-441, HighAvailabilityTaskAssignor). When
 * the target of a task lacks more offsets than is acceptable, the task stays with a member that has caught up, if there
 * is one: with the member that processes it, or else with the one that has the fewest tasks. The target warms up
 * meanwhile. The targets that lack least come first.
 */
export function holdBack(
  tasks: readonly GroupTask[],
  target: ReadonlyMap<string, string>,
  members: readonly WarmMember[],
  { acceptableLag, maxWarmUps }: WarmUpLimits,
): WarmUpPlan {
  const byId = new Map(members.map((member) => [member.memberId, member]));
  const owners = new Map(target);
  const loads = new Map<string, number>();
  for (const memberId of target.values()) loads.set(memberId, (loads.get(memberId) ?? 0) + 1);
  const isCaughtUp = (member: WarmMember, key: string) => member.processing.has(key) || member.lagOf(key) <= acceptableLag;
  const ofProcess = new Map<string, WarmMember[]>();
  for (const member of members) ofProcess.set(member.processId, [...(ofProcess.get(member.processId) ?? []), member]);
  const isProcessCaughtUp = (member: WarmMember, key: string) => ofProcess.get(member.processId)!.some((other) => isCaughtUp(other, key));
  const waiting: Waiting[] = [];
  for (const task of tasks) {
    const to = byId.get(target.get(task.key) ?? '');
    if (!task.isLogged || to?.canStandBy !== true || isProcessCaughtUp(to, task.key)) continue;
    const able = members.filter(({ memberId }) => task.capable.has(memberId));
    const ready = able.filter((member) => isCaughtUp(member, task.key));
    const owner = ready.find(({ processing }) => processing.has(task.key)) ?? leastLoaded(ready, loads);
    if (owner === undefined) continue;
    owners.set(task.key, owner.memberId);
    loads.set(owner.memberId, (loads.get(owner.memberId) ?? 0) + 1);
    loads.set(to.memberId, loads.get(to.memberId)! - 1);
    waiting.push({ task, to });
  }
  const order = (one: Waiting, other: Waiting) =>
    one.to.lagOf(one.task.key) - other.to.lagOf(other.task.key) || (one.task.key < other.task.key ? -1 : 1);
  const first = waiting.sort(order).slice(0, maxWarmUps);
  return { owners, warmUps: new Map(first.map(({ task, to }) => [task.key, to.memberId])) };
}

function leastLoaded(members: readonly WarmMember[], loads: ReadonlyMap<string, number>): WarmMember | undefined {
  const load = ({ memberId }: WarmMember) => loads.get(memberId) ?? 0;
  return [...members].sort((a, b) => load(a) - load(b) || (a.memberId < b.memberId ? -1 : 1))[0];
}
