import { PartitionMap, type MemberSubscription, type TopicPartition } from '@ouzel/kafka';
import type { SizedSubTopology } from '../topics/partition-plan.js';
import { noTasks, type AssignmentInfo, type StandbyKey, type TaskOwner } from './assignment-info.js';
import type { SubscriptionInfo } from './subscription-info.js';
import { chooseTasks, type GroupTask } from './task-choice.js';
import { placeStandbys, type StandbyCandidate, type StandbyPlan, type StandbyRequest } from './standby-placement.js';
import { placeTasks, type Candidate } from './task-placement.js';
import { holdBack, type WarmMember, type WarmUpLimits } from './warm-ups.js';

export interface AssigningMember {
  readonly memberId: string;
  readonly info: SubscriptionInfo;
}

/** A version of the application whose topics fit, and the members that run it. */
export interface AssigningVersion {
  readonly subTopologies: readonly SizedSubTopology[];
  readonly members: readonly AssigningMember[];
}

export interface MemberAssignment {
  readonly info: AssignmentInfo;
  readonly inputs: readonly TopicPartition[];
}

/** The settings of the leader about copies of state. */
export interface ReplicaRules extends WarmUpLimits, StandbyRequest {
  /** How often the group looks whether warm-ups have caught up, ms. */
  readonly probeAfterMs: number;
}

/** The tasks that a member gets, and the copies that it keeps. */
interface MemberShare {
  readonly memberId: string;
  readonly given: readonly GroupTask[];
  readonly copies: readonly StandbyKey[];
}

export interface GroupAssignment {
  readonly byMember: ReadonlyMap<string, MemberAssignment>;
  /** See StandbyPlan. */
  readonly standbys: Pick<StandbyPlan, 'missing' | 'crowded'>;
}

/**
 * Returns the assignment of each member of the versions. The hand-over is cooperative (KIP-429): a task is held back in
 * this generation while another member owns an input partition of it, for the same task or for one of another version.
 * The owner does not find the partition in its assignment, gives it up, and joins again; the next generation hands it
 * over. A member that is to get it keeps its standby task until then.
 *
 * `ends`: the sums of the end offsets of changelogs, by task key, see `changelogEnds`.
 */
export function assignTasks(
  versions: readonly AssigningVersion[],
  group: readonly MemberSubscription[],
  rules: ReplicaRules,
  ends: ReadonlyMap<string, number>,
): GroupAssignment {
  const members = versions.flatMap((version) => version.members);
  const running = new Set(members.flatMap(({ info }) => info.running));
  const { tasks, unprocessed } = chooseTasks(
    versions.map(({ subTopologies, members: of }) => ({ subTopologies, members: of.map(({ memberId }) => memberId) })),
    (key) => running.has(key),
  );
  const candidates = members.map((member) => candidateOf(member, ends));
  const ideal = placeTasks(
    tasks.map((task) => ({ ...task, subtopology: task.fingerprint })),
    candidates,
  );
  const { owners, warmUps } = holdBack(tasks, ideal, candidates, rules);
  const placed = new Map([...owners].map(([key, owner]) => [key, [owner, ...(warmUps.has(key) ? [warmUps.get(key)!] : [])]]));
  const standbys = placeStandbys(tasks, placed, candidates, rules);
  const isFree = freeOf(group);
  const shares = candidates.map(({ memberId, standby }): MemberShare => {
    const own = tasks.filter(({ key }) => owners.get(key) === memberId);
    const given = own.filter((task) => isFree(task, memberId));
    const replicaOf = (task: GroupTask) => {
      if (warmUps.get(task.key) === memberId) return null;
      if (own.includes(task) && !given.includes(task) && standby.has(task.key)) return null;
      return standbys.byMember.get(memberId)?.get(task.key);
    };
    const copies = tasks.flatMap((task) => {
      const replica = replicaOf(task);
      return replica === undefined ? [] : [{ fingerprint: task.fingerprint, partition: task.partition, replica }];
    });
    return { memberId, given, copies };
  });
  const common = {
    owners: ownersOf(tasks, owners, members),
    copies: copiesOf(shares, members),
    members: members.map(({ memberId, info }) => ({ memberId, server: info.server })),
    partitions: Object.fromEntries(versions.flatMap(({ subTopologies }) => subTopologies.flatMap(({ sources }) => [...sources]))),
    unprocessed: byTopic(unprocessed),
  };
  const byMember = shares.map(({ memberId, given, copies }): [string, MemberAssignment] => {
    const info: AssignmentInfo = {
      ...noTasks,
      ...common,
      probeAfterMs: [...warmUps.values()].includes(memberId) ? rules.probeAfterMs : null,
      active: given.map(({ fingerprint, partition }) => ({ fingerprint, partition })),
      standby: copies,
    };
    return [memberId, { info, inputs: given.flatMap(({ inputs }) => inputs) }];
  });
  // A copy that is warming up is on its way to be the active one: the former one then stays as the standby task.
  const missing = new Map([...standbys.missing].filter(([key]) => !warmUps.has(key)));
  return { byMember: new Map(byMember), standbys: { ...standbys, missing } };
}

/** Returns what decides which tasks a member should get. */
function candidateOf({ memberId, info }: AssigningMember, ends: ReadonlyMap<string, number>): Candidate & StandbyCandidate & WarmMember {
  const { processId, tags, running, restoring } = info;
  const stateOffsets = new Map(Object.entries(info.stateOffsets));
  const isRestoring = new Set(restoring);
  const standby = new Map(Object.entries(info.standby ?? {}));
  return {
    memberId,
    processId,
    tags,
    running: new Set(running),
    processing: new Set(running.filter((key) => !isRestoring.has(key))),
    standby,
    warming: new Set([...standby].flatMap(([key, replica]) => (replica === null ? [key] : []))),
    canStandBy: info.standby !== null,
    stateOffsets,
    lagOf: (key) => Math.max(0, (ends.get(key) ?? 0) - (stateOffsets.get(key) ?? 0)),
  };
}

/** Returns a function that says whether no other member owns an input partition of a task. */
function freeOf(group: readonly MemberSubscription[]): (task: GroupTask, memberId: string) => boolean {
  const owners = new PartitionMap<string[]>();
  for (const { memberId, owned } of group) for (const place of owned) owners.set(place, [...(owners.get(place) ?? []), memberId]);
  return ({ inputs }, memberId) => inputs.every((input) => (owners.get(input) ?? []).every((owner) => owner === memberId));
}

/** Returns where queries find each task: with the member that runs it, else with the one that is to get it. */
function ownersOf(tasks: readonly GroupTask[], target: ReadonlyMap<string, string>, members: readonly AssigningMember[]): TaskOwner[] {
  const byId = new Map(members.map((member) => [member.memberId, member]));
  const runners = new Map(members.flatMap((member) => member.info.running.map((key) => [key, member])));
  return tasks.flatMap(({ key, fingerprint, partition }) => {
    const owner = runners.get(key) ?? byId.get(target.get(key) ?? '');
    return owner === undefined ? [] : [{ fingerprint, partition, memberId: owner.memberId, server: owner.info.server }];
  });
}

function copiesOf(shares: readonly MemberShare[], members: readonly AssigningMember[]): TaskOwner[] {
  const servers = new Map(members.map(({ memberId, info }) => [memberId, info.server]));
  return shares.flatMap(({ memberId, copies }) =>
    copies.map(({ fingerprint, partition }) => ({ fingerprint, partition, memberId, server: servers.get(memberId) ?? null })),
  );
}

function byTopic(places: readonly TopicPartition[]): Record<string, number[]> {
  const topics: Record<string, number[]> = {};
  for (const { topic, partition } of places) (topics[topic] ??= []).push(partition);
  return topics;
}
