import { OuzelError } from '@ouzel/core';
import type { Assignment, MemberSubscription, TopicPartition } from '@ouzel/kafka';
import type { PartitionPlan, SizedSubTopology } from '../topics/partition-plan.js';
import {
  decodeSubscription,
  encodeAssignment,
  taskKey,
  type AssignmentInfo,
  type SubscriptionInfo,
  type TaskKey,
  type TaskOwner,
} from './member-info.js';
import { placeTasks } from './sticky-assignor.js';

interface Member {
  readonly memberId: string;
  readonly info: SubscriptionInfo;
  readonly running: ReadonlySet<string>;
}
interface Task extends TaskKey {
  readonly key: string;
  readonly sized: SizedSubTopology;
}

/**
 * The leader's part of a rebalance: places the tasks and says who gets which partitions. Cooperative (KIP-429): a task that another member still runs is not
 * given away in this generation; its owner sees that it is no longer meant to have it, gives it up and joins again, and the next generation hands it over.
 */
export function assignTasks(plan: PartitionPlan, subscriptions: readonly MemberSubscription[]): ReadonlyMap<string, Assignment> {
  const members = subscriptions.map(({ memberId, userData }): Member => {
    const info = decodeSubscription(userData);
    return { memberId, info, running: new Set(info.running) };
  });
  const tasks = plan.subTopologies.flatMap((sized) =>
    Array.from({ length: sized.tasks }, (_, partition): Task => {
      const { fingerprint } = sized.plan;
      return { fingerprint, partition, key: taskKey({ fingerprint, partition }), sized };
    }),
  );
  const target = placeTasks(
    tasks.map(({ key, sized: { plan } }) => ({ key, subtopology: plan.id, stateful: plan.stores.length > 0 })),
    members.map(({ memberId, running, info }) => ({ memberId, running, stateOffsets: new Map(Object.entries(info.stateOffsets)) })),
  );
  const isFree = (key: string, owner: string) => members.every(({ memberId, running }) => memberId === owner || !running.has(key));
  const given = tasks.filter(({ key }) => isFree(key, target.get(key)!));
  const owners = tasks.map(({ key, fingerprint, partition }): TaskOwner => {
    const owner = members.find(({ running }) => running.has(key)) ?? members.find(({ memberId }) => memberId === target.get(key))!;
    return { fingerprint, partition, memberId: owner.memberId, server: owner.info.server };
  });
  const partitions = Object.fromEntries(plan.subTopologies.flatMap(({ sources }) => [...sources]));
  return new Map(
    members.map(({ memberId }) => {
      const active = given.filter(({ key }) => target.get(key) === memberId);
      const info: AssignmentInfo = {
        active: active.map(({ fingerprint, partition }) => ({ fingerprint, partition })),
        standby: [],
        owners,
        partitions,
        error: null,
      };
      return [memberId, { partitions: active.flatMap(inputsOf), userData: encodeAssignment(info) }];
    }),
  );
}

/** Tells every member why there are no tasks. */
export function assignFailure(failure: unknown, subscriptions: readonly MemberSubscription[]): ReadonlyMap<string, Assignment> {
  const error =
    failure instanceof OuzelError ? { code: failure.code, what: failure.what } : { code: 'OUZEL_TOPOLOGY', what: String(failure) };
  const userData = encodeAssignment({ active: [], standby: [], owners: [], partitions: {}, error });
  return new Map(subscriptions.map(({ memberId }) => [memberId, { partitions: [], userData }]));
}

/** Partitions that a task reads: those of its number, of every source topic that has as many. */
function inputsOf({ partition, sized }: Task): TopicPartition[] {
  return [...sized.sources].filter(([, count]) => partition < count).map(([topic]) => ({ topic, partition }));
}
