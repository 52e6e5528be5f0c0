import { FaultsError, type Cancel, type Clock, type Logger, type ErrorCode } from '@ouzel/core';
import {
  DriverError,
  type Admin,
  type Assignment,
  type GroupListener,
  type MemberSubscription,
  type Subscription,
  type TopicPartition,
} from '@ouzel/kafka';
import type { ApplicationPlan, SubTopology } from '../../topology/plan.js';
import type { WantedTask } from '../lifecycle/managed-task.js';
import type { TaskManager } from '../lifecycle/task-manager.js';
import type { WantedStandby } from '../standby/standby-task.js';
import type { StandbyTasks } from '../standby/standby-tasks.js';
import { matchedTopics, patternsWithoutTopic, readsTopic, topicsOfCluster } from '../topics/source-topics.js';
import { decodeAssignment, type AssignmentInfo } from './assignment-info.js';
import type { GroupLeader } from './group-leader.js';
import { encodeSubscription } from './subscription-info.js';
import { taskKey } from './task-key.js';
import { unreadInputs, type UnprocessedInput } from './unprocessed-inputs.js';

export interface GroupSessionParts {
  readonly plan: ApplicationPlan;
  readonly admin: Admin;
  readonly leader: GroupLeader;
  readonly tasks: TaskManager;
  readonly standbys: StandbyTasks;
  readonly processId: string;
  readonly server: string | null;
  /** Tags that say where this instance is. */
  readonly tags: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** The topology of this member, packed. */
  readonly topology: string;
  readonly logger: Logger;
  /** Returns the sums of the changelog offsets of the state that this instance has, by task key. */
  stateOffsets(): Promise<Readonly<Record<string, number>>>;
  /** Called when a rebalance begins, and when the member has taken over its assignment. */
  changed(event: 'rebalancing' | 'assigned'): void;
  /** Called when what was sent and is not written yet must not be written any more: others have the tasks by now. */
  discard(reason: DriverError): void;
  /** Lets the member join again, because something has changed since the tasks were shared out. */
  rejoin(reason: string): void;
  /** Called when user code of a task that was lost has failed. */
  taskFailed(error: Error): void;
  failed(error: Error): void;
}

/** The membership of this client from the inside: what it announces, and what it does with an assignment. */
export class GroupSession implements GroupListener {
  /** The last assignment of the leader; undefined before the first. */
  assignment: AssignmentInfo | undefined;
  generation: number | undefined;
  rebalances = 0;
  /** Input partitions that no instance can process, as of the last assignment. */
  unprocessed: readonly UnprocessedInput[] = [];

  /** True from the call of `rejoin` because of changed topics until the next assignment. */
  private isRejoining = false;
  private cancelProbe: Cancel = () => {};
  /** The failure because of which this member asks all members to end. */
  private endsApplication: Error | undefined;

  constructor(private readonly parts: GroupSessionParts) {}

  /** Source patterns that no topic matches yet; empty before the first assignment. */
  get patternsWithoutTopic(): readonly string[] {
    return this.assignment === undefined ? [] : patternsWithoutTopic(this.parts.plan, Object.keys(this.assignment.partitions));
  }

  /** True where the application has nothing to read: all its sources are patterns, and no topic matches them yet. */
  get isWaitingForTopics(): boolean {
    const { assignment } = this;
    const { subTopologies } = this.parts.plan;
    if (assignment === undefined || subTopologies.length === 0) return false;
    return !Object.entries(assignment.partitions).some(
      ([topic, count]) => count > 0 && subTopologies.some((sub) => readsTopic(sub, topic)),
    );
  }

  async subscription(): Promise<Subscription> {
    const { plan, admin, tasks, standbys, processId, server, tags, topology } = this.parts;
    const hasPatterns = plan.subTopologies.some(({ sourcePatterns }) => sourcePatterns.length > 0);
    const matched = matchedTopics(plan, hasPatterns ? (await topicsOfCluster(admin)).keys() : []);
    const topics = new Set([...plan.subTopologies.flatMap(({ sourceTopics }) => sourceTopics), ...[...matched.values()].flat()]);
    const userData = encodeSubscription({
      processId,
      server,
      running: [...tasks.tasks.keys()],
      restoring: [...tasks.tasks.values()].filter(({ state }) => state !== 'RUNNING').map(({ key }) => key),
      standby: standbys.replicas,
      tags,
      stateOffsets: await this.parts.stateOffsets(),
      topology,
      matched: Object.fromEntries(matched),
      endsApplication: this.endsApplication !== undefined,
    });
    const owned = [...tasks.tasks.values()].flatMap(({ inputs }) => inputs);
    return { topics: [...topics].sort(), owned, userData };
  }

  assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>> {
    return this.parts.leader.assign(members);
  }

  async assigned({ partitions, userData }: Assignment, generation: number): Promise<'stay' | 'rejoin'> {
    const info = decodeAssignment(userData);
    this.isRejoining = false;
    this.generation = generation;
    if (this.endsApplication !== undefined) {
      if (info.error?.code !== 'OUZEL_APPLICATION_SHUTDOWN')
        this.parts.logger.warn('the leader of the group is of a version that can not end the application: only this instance ends');
      this.parts.failed(this.endsApplication);
      return 'stay';
    }
    if (info.error !== null) {
      const { code, what, faults } = info.error;
      this.parts.failed(new FaultsError(code as ErrorCode, faults.length > 0 ? faults : [{ what, where: 'the leader of the group' }]));
      return 'stay';
    }
    this.assignment = info;
    const wanted = this.wanted(info, partitions);
    const standbys = this.wantedStandbys(info);
    const also = standbys.length === 0 ? '' : `, standby tasks ${namesOf(standbys)}`;
    this.parts.logger.info(`generation ${generation}: ${wanted.length === 0 ? 'no tasks' : `tasks ${namesOf(wanted)}`}${also}`);
    this.tellUnprocessed(info, partitions);
    this.planProbe(info);
    const gaveUp = await this.parts.tasks.adopt(wanted, standbys);
    this.parts.changed('assigned');
    return gaveUp ? 'rejoin' : 'stay';
  }

  /** Called when a warm-up of this member has caught up. */
  warm(task: string): void {
    if (this.generation === undefined || (this.assignment?.probeAfterMs ?? null) === null) return;
    this.parts.logger.info(`standby task ${task} has caught up: it can be taken over`);
    this.parts.rejoin('a warm-up has caught up');
  }

  /** Called when the client ends. */
  stop(): void {
    this.cancelProbe();
  }

  rebalancing(): void {
    this.rebalances++;
    this.parts.changed('rebalancing');
  }

  /**
   * Asks all members of the group to end. This member ends with them, when the leader has passed the request on:
   * `failed` is then called with the error.
   */
  endApplication(error: Error): void {
    this.endsApplication ??= error;
    this.parts.rejoin('an instance ends the application');
  }

  /** Called when this member leaves the group by its own will. */
  left(): void {
    this.generation = undefined;
    this.parts.discard(new DriverError('rejoin', -1, { what: 'this instance has left its group' }));
    this.parts.changed('rebalancing');
  }

  async lost(reason: DriverError): Promise<void> {
    this.parts.logger.warn(`membership was lost, tasks are given up without a commit: ${reason.what}`);
    this.generation = undefined;
    this.parts.discard(reason);
    this.parts.changed('rebalancing');
    for (const failure of await this.parts.tasks.lose()) this.parts.taskFailed(failure);
  }

  failed(error: DriverError): void {
    this.parts.failed(error);
  }

  /** Lets the member join again where the topics that it reads are not as in the last assignment. */
  topicsSeen(topics: ReadonlyMap<string, number>): void {
    const { assignment } = this;
    const { plan, rejoin, logger } = this.parts;
    if (assignment === undefined || this.generation === undefined || this.isRejoining) return;
    const names = new Set([...topics.keys(), ...Object.keys(assignment.partitions)]);
    const changed = [...names].filter(
      (topic) =>
        (topics.get(topic) ?? 0) !== (assignment.partitions[topic] ?? 0) && plan.subTopologies.some((sub) => readsTopic(sub, topic)),
    );
    if (changed.length === 0) return;
    const shown = changed
      .map((topic) => `${topic} (${assignment.partitions[topic] ?? 0} -> ${topics.get(topic) ?? 0} partitions)`)
      .join(', ');
    logger.info(`source topics have changed: ${shown}`);
    this.isRejoining = true;
    rejoin('source topics have changed');
  }

  /**
   * Returns the tasks of an assignment that this version has. Each reads the partitions of its number that the leader
   * has given to this member.
   */
  private wanted({ active }: AssignmentInfo, partitions: readonly TopicPartition[]): WantedTask[] {
    return active.flatMap((key) => {
      const plan = this.parts.plan.subTopologies.find(({ fingerprint }) => fingerprint === key.fingerprint);
      if (plan === undefined) return [];
      const inputs = partitions.filter(({ topic, partition }) => partition === key.partition && readsTopic(plan, topic));
      return [{ key: taskKey(key), plan, partition: key.partition, inputs }];
    });
  }

  private wantedStandbys({ standby }: AssignmentInfo): WantedStandby[] {
    return standby.flatMap(({ fingerprint, partition, replica }) => {
      const plan = this.parts.plan.subTopologies.find((sub) => sub.fingerprint === fingerprint);
      return plan === undefined ? [] : [{ key: taskKey({ fingerprint, partition }), plan, partition, replica }];
    });
  }

  /** Lets the tasks be shared out again later, where warm-ups of this member need that (KIP-441). */
  private planProbe({ probeAfterMs }: AssignmentInfo): void {
    this.cancelProbe();
    if (probeAfterMs === null) return;
    this.cancelProbe = this.parts.clock.schedule(probeAfterMs, () => this.parts.rejoin('probing whether warm-ups have caught up'));
  }

  private tellUnprocessed({ unprocessed }: AssignmentInfo, partitions: readonly TopicPartition[]): void {
    const before = JSON.stringify(this.unprocessed);
    const own = partitions.filter(({ topic }) => !this.parts.plan.subTopologies.some((sub) => readsTopic(sub, topic)));
    this.unprocessed = unreadInputs(unprocessed, own);
    if (this.unprocessed.length === 0 || JSON.stringify(this.unprocessed) === before) return;
    for (const { topic, partitions: numbers, reason } of this.unprocessed)
      this.parts.logger.warn(`no instance processes ${topic} [${numbers.join(', ')}]: ${reason}`);
  }
}

function namesOf(tasks: readonly { readonly plan: SubTopology; readonly partition: number }[]): string {
  return tasks.map(({ plan, partition }) => `${plan.id}_${partition}`).join(', ');
}
