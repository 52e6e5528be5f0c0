import { PartitionMap, type MemberSubscription, type TopicPartition } from '@ouzel/kafka';
import type { SizedSubTopology } from '../topics/partition-plan.js';
import { noTasks, type AssignmentInfo, type TaskOwner } from './assignment-info.js';
import type { SubscriptionInfo } from './subscription-info.js';
import { chooseTasks, type GroupTask } from './task-choice.js';
import { placeTasks } from './task-placement.js';

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

/**
 * Returns the assignment of each member of the versions. The hand-over is cooperative (KIP-429): a task is held back in
 * this generation while another member owns an input partition of it, for the same task or for one of another version.
 * The owner does not find the partition in its assignment, gives it up, and joins again; the next generation hands it
 * over.
 */
export function assignTasks(versions: readonly AssigningVersion[], group: readonly MemberSubscription[]): Map<string, MemberAssignment> {
  const members = versions.flatMap((version) => version.members);
  const running = new Set(members.flatMap(({ info }) => info.running));
  const { tasks, unprocessed } = chooseTasks(
    versions.map(({ subTopologies, members: of }) => ({ subTopologies, members: of.map(({ memberId }) => memberId) })),
    (key) => running.has(key),
  );
  const target = placeTasks(
    tasks.map((task) => ({ ...task, subtopology: task.fingerprint })),
    members.map(({ memberId, info }) => ({
      memberId,
      running: new Set(info.running),
      stateOffsets: new Map(Object.entries(info.stateOffsets)),
    })),
  );
  const isFree = freeOf(group);
  const common = {
    owners: ownersOf(tasks, target, members),
    partitions: Object.fromEntries(versions.flatMap(({ subTopologies }) => subTopologies.flatMap(({ sources }) => [...sources]))),
    unprocessed: byTopic(unprocessed),
  };
  return new Map(
    members.map(({ memberId }) => {
      const given = tasks.filter((task) => target.get(task.key) === memberId && isFree(task, memberId));
      const active = given.map(({ fingerprint, partition }) => ({ fingerprint, partition }));
      return [memberId, { info: { ...noTasks, ...common, active }, inputs: given.flatMap(({ inputs }) => inputs) }];
    }),
  );
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

function byTopic(places: readonly TopicPartition[]): Record<string, number[]> {
  const topics: Record<string, number[]> = {};
  for (const { topic, partition } of places) (topics[topic] ??= []).push(partition);
  return topics;
}
