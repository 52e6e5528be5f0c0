import { type Logger, OuzelError, type ErrorCode } from '@ouzel/core';
import type { Assignment, DriverError, GroupListener, MemberSubscription, Subscription } from '@ouzel/kafka';
import type { ApplicationPlan } from '../../topology/plan.js';
import type { TaskManager, WantedTask } from '../lifecycle/task-manager.js';
import type { TopicKeeper } from '../topics/topic-keeper.js';
import { assignFailure, assignTasks } from './group-leader.js';
import { decodeAssignment, encodeSubscription, taskKey, type AssignmentInfo } from './member-info.js';

export interface GroupSessionParts {
  readonly plan: ApplicationPlan;
  readonly topics: TopicKeeper;
  readonly tasks: TaskManager;
  readonly processId: string;
  readonly server: string | null;
  readonly logger: Logger;
  /** Sums of the changelog offsets that lie on disk, by task key. */
  stateOffsets(): Promise<Readonly<Record<string, number>>>;
  /** A generation begins, or the member has what it was given. */
  changed(event: 'rebalancing' | 'assigned'): void;
  failed(error: Error): void;
}

/** This member in its group: what it tells, what it does as leader, and what it makes of its assignment. */
export class GroupSession implements GroupListener {
  /** Of the whole group, as the leader told last. */
  assignment: AssignmentInfo | undefined;
  generation: number | undefined;
  rebalances = 0;

  constructor(private readonly parts: GroupSessionParts) {}

  async subscription(): Promise<Subscription> {
    const { topics, tasks, processId, server } = this.parts;
    const running = [...tasks.tasks.keys()];
    const owned = [...tasks.tasks.values()].flatMap(({ inputs }) => inputs);
    const userData = encodeSubscription({ processId, server, running, stateOffsets: await this.parts.stateOffsets() });
    return { topics: await topics.sourceTopics(), owned, userData };
  }

  async assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>> {
    try {
      return assignTasks(await this.parts.topics.prepare(), members);
    } catch (thrown) {
      if (thrown instanceof OuzelError && 'faults' in thrown) return assignFailure(thrown, members);
      throw thrown;
    }
  }

  async assigned(assignment: Assignment, generation: number): Promise<'stay' | 'rejoin'> {
    const info = decodeAssignment(assignment.userData);
    this.generation = generation;
    if (info.error !== null) {
      this.parts.failed(new OuzelError(info.error.code as ErrorCode, { what: info.error.what, where: 'the leader of the group' }));
      return 'stay';
    }
    this.assignment = info;
    const wanted = this.wanted(info);
    this.parts.logger.info(
      `generation ${generation}: ${wanted.length === 0 ? 'no tasks' : `tasks ${wanted.map(({ plan, partition }) => `${plan.id}_${partition}`).join(', ')}`}`,
    );
    const gaveUp = await this.parts.tasks.adopt(wanted);
    this.parts.changed('assigned');
    return gaveUp ? 'rejoin' : 'stay';
  }

  rebalancing(): void {
    this.rebalances++;
    this.parts.changed('rebalancing');
  }

  /** This member is out of the group by its own will. */
  left(): void {
    this.generation = undefined;
    this.parts.changed('rebalancing');
  }

  async lost(reason: DriverError): Promise<void> {
    this.parts.logger.warn(`membership was lost, tasks are given up without a commit: ${reason.what}`);
    this.generation = undefined;
    this.parts.changed('rebalancing');
    await this.parts.tasks.lose();
  }

  failed(error: DriverError): void {
    this.parts.failed(error);
  }

  private wanted({ active, partitions }: AssignmentInfo): WantedTask[] {
    return active.flatMap((key) => {
      const plan = this.parts.plan.subTopologies.find(({ fingerprint }) => fingerprint === key.fingerprint);
      if (plan === undefined) return [];
      const { partition } = key;
      const sources = this.parts.topics.sourcesOf(plan, Object.keys(partitions));
      const inputs = sources.filter((topic) => partition < (partitions[topic] ?? 0)).map((topic) => ({ topic, partition }));
      return [{ key: taskKey(key), plan, partition, inputs }];
    });
  }
}
