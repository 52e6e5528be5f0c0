import { FaultsError, OuzelError, whatOf, type Logger } from '@ouzel/core';
import { DriverError, type Admin, type Assignment, type MemberSubscription } from '@ouzel/kafka';
import type { InternalTopics } from '../topics/internal-topics.js';
import { planPartitions, type SizedSubTopology } from '../topics/partition-plan.js';
import { topicsOfCluster } from '../topics/source-topics.js';
import { unpackTopology } from './announced-topology.js';
import {
  assignTasks,
  type AssigningMember,
  type AssigningVersion,
  type GroupAssignment,
  type MemberAssignment,
  type ReplicaRules,
} from './assign-tasks.js';
import { changelogEnds } from './changelog-ends.js';
import { encodeAssignment, noTasks, type AssignmentError } from './assignment-info.js';
import { decodeSubscription } from './subscription-info.js';

export interface GroupLeaderParts {
  readonly admin: Admin;
  readonly internal: InternalTopics;
  readonly logger: Logger;
  /**
   * The topology of this member, packed. It counts for members whose version does not announce theirs too.
   */
  readonly topology: string;
  readonly group: string;
  readonly rules: ReplicaRules;
}

const nothing: MemberAssignment = { info: noTasks, inputs: [] };

/**
 * Does the leader's part of a rebalance. It creates the internal topics that the versions of the application in the
 * group need, and shares out the tasks. The members of a version whose topics do not fit get the faults instead of
 * tasks; the others go on.
 */
export class GroupLeader {
  /** The lines that were logged about the standby tasks of the last assignment. */
  private logged: readonly string[] = [];

  constructor(private readonly parts: GroupLeaderParts) {}

  /** Returns an assignment for each member. Throws when Kafka does not respond. */
  async assign(group: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>> {
    const ending = group.find(({ userData }) => decodeSubscription(userData)?.endsApplication === true);
    if (ending !== undefined) return endOfApplication(group, ending.memberId);
    const { admin, group: name, rules } = this.parts;
    const existing = await topicsOfCluster(admin);
    const before = new Set(existing.keys());
    const assigned = new Map<string, MemberAssignment>();
    const sound: AssigningVersion[] = [];
    for (const [topology, members] of this.versionsIn(group)) {
      try {
        sound.push({ subTopologies: await this.prepare(topology, members, existing), members });
      } catch (thrown) {
        const error = errorOf(thrown);
        for (const { memberId } of members) assigned.set(memberId, { info: { ...noTasks, error }, inputs: [] });
      }
    }
    const all = sound.flatMap(({ subTopologies }) => subTopologies);
    const ends = group.length > 1 ? await changelogEnds(admin, name, all, before) : new Map<string, number>();
    const { byMember, standbys } = assignTasks(sound, group, rules, ends);
    for (const [memberId, assignment] of byMember) assigned.set(memberId, assignment);
    this.tellStandbys(standbys);
    return new Map(
      group.map(({ memberId }) => {
        const { info, inputs } = assigned.get(memberId) ?? nothing;
        return [memberId, { partitions: inputs, userData: encodeAssignment(info) }];
      }),
    );
  }

  /** Logs which copies of state are missing or stand side by side, when that has changed. */
  private tellStandbys({ missing, crowded }: GroupAssignment['standbys']): void {
    const { replicas, spreadOver } = this.parts.rules;
    const lines = [
      missing.size === 0
        ? ''
        : `tasks with fewer than ${replicas} standby tasks: ${missing.size}, because there are too few instances that can have one`,
      crowded.size === 0
        ? ''
        : `tasks with copies of their state on instances of the same ${spreadOver.join(' or ')}: ${crowded.size}, because there are too few values`,
    ];
    for (const line of lines) if (line !== '' && !this.logged.includes(line)) this.parts.logger.warn(line);
    this.logged = lines;
  }

  /**
   * Returns the members by their packed topologies. The version with most members comes first: where two versions need
   * different partition counts of one topic, the smaller one gets the fault.
   */
  private versionsIn(group: readonly MemberSubscription[]): [topology: string, members: AssigningMember[]][] {
    const versions = new Map<string, AssigningMember[]>();
    for (const { memberId, userData } of group) {
      const info = decodeSubscription(userData);
      if (info === undefined) {
        this.parts.logger.warn(`member ${memberId} of the group is none that this version understands: it gets no tasks`);
        continue;
      }
      const topology = info.topology ?? this.parts.topology;
      versions.set(topology, [...(versions.get(topology) ?? []), { memberId, info }]);
    }
    return [...versions].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  }

  /**
   * Returns the sub-topologies of a version with their sizes, and creates its internal topics. Throws the faults of its
   * topics.
   */
  private async prepare(
    topology: string,
    members: readonly AssigningMember[],
    existing: Map<string, number>,
  ): Promise<readonly SizedSubTopology[]> {
    const matched = (node: string) => {
      const topics = new Set(members.flatMap(({ info }) => info.matched[node] ?? []));
      return [...topics].filter((topic) => existing.has(topic)).sort();
    };
    const plan = planPartitions(unpackTopology(topology) ?? [], matched, existing);
    await this.parts.internal.ensure(plan.internal, existing);
    return plan.subTopologies;
  }
}

/** Tells all members that the application ends, because one of them has asked for it (KIP-671). */
function endOfApplication(group: readonly MemberSubscription[], by: string): ReadonlyMap<string, Assignment> {
  const what = `member ${by} has failed, and ends all instances of the application`;
  const userData = encodeAssignment({ ...noTasks, error: { code: 'OUZEL_APPLICATION_SHUTDOWN', what, faults: [] } });
  return new Map(group.map(({ memberId }) => [memberId, { partitions: [], userData }]));
}

/**
 * Returns the failure as the assignment of a version's members carries it. Throws a failure that concerns the leader
 * and not the version: Kafka does not respond, or the leader has left the group.
 */
function errorOf(thrown: unknown): AssignmentError {
  if (thrown instanceof FaultsError) return { code: thrown.code, what: thrown.what, faults: thrown.faults };
  if (!(thrown instanceof OuzelError) || (thrown instanceof DriverError && thrown.kind !== 'fatal' && thrown.kind !== 'missing'))
    throw thrown;
  const { code, where, help } = thrown;
  const fault = { what: whatOf(thrown), ...(where === undefined ? {} : { where }), ...(help === undefined ? {} : { help }) };
  return { code, what: fault.what, faults: [fault] };
}
