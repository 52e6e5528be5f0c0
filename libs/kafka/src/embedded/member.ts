import { type Cancel, asError, Signal } from '@ouzel/core';
import {
  DriverError,
  type Assignment,
  type GroupIdentity,
  type GroupListener,
  type GroupMember,
  type MembershipAtEnd,
  type MemberOptions,
  type OffsetCommit,
} from '../client/index.js';
import { Generation } from '../client/generation.js';
import { Lease } from '../client/lease.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import { closedFailure } from './closed-failure.js';
import type { Cluster } from './cluster.js';
import type { Group } from './group.js';

const movesOn = new Set<number>([ErrorCode.illegalGeneration, ErrorCode.rebalanceInProgress]);

/** A member of a group of the cluster. It joins, stays, and joins again when the group or the listener wants it. */
export class EmbeddedMember implements GroupMember {
  private readonly group: Group;
  private readonly generation: Generation;
  private readonly lease: Lease;
  private memberId = '';
  private stopped = false;
  private beat: Cancel = () => {};
  /** The reason to join again, or the failure that ended the membership. */
  private disturbance: string | DriverError | undefined;
  private readonly disturbed: Signal;

  constructor(
    private readonly cluster: Cluster,
    private readonly clientId: string,
    private readonly options: MemberOptions,
  ) {
    this.group = cluster.group(options.group);
    this.generation = new Generation(cluster.clock);
    this.disturbed = new Signal(cluster.clock);
    this.lease = new Lease(cluster.clock, options.sessionTimeoutMs);
  }

  get identity(): GroupIdentity | undefined {
    return this.generation.identity;
  }

  get isConfirmed(): boolean {
    return this.identity !== undefined && this.lease.isValid;
  }

  async confirm(): Promise<void> {
    if (this.isConfirmed) return;
    const failure = this.heartbeat(this.identity);
    if (failure !== undefined) throw failure;
    return Promise.resolve();
  }

  start(listener: GroupListener): void {
    void this.run(listener);
  }

  async settled(): Promise<GroupIdentity> {
    await this.generation.settled();
    if (this.identity === undefined) throw failureOf(ErrorCode.unknownMemberId, `transaction of ${this.options.group}`);
    return this.identity;
  }

  async commit(offsets: readonly OffsetCommit[]): Promise<void> {
    const memberId = this.identity?.memberId;
    for (;;) {
      if (this.stopped) throw closedFailure(`commit of ${this.options.group}`);
      const { identity } = this;
      if (identity === undefined || identity.memberId !== memberId)
        throw failureOf(ErrorCode.unknownMemberId, `OffsetCommit of ${this.options.group}`);
      try {
        return this.group.commit(identity, offsets);
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        if (!this.generation.joining && this.identity === identity && error.kafkaCode !== ErrorCode.rebalanceInProgress)
          this.disturbedBy(error);
        if (!movesOn.has(error.kafkaCode)) throw error;
      }
      if (this.generation.joining) await this.generation.settled();
      else await this.cluster.clock.sleep(this.options.heartbeatIntervalMs);
    }
  }

  rejoin(reason: string): void {
    this.disturbedBy(reason);
  }

  async stop({ membership = 'default' }: { membership?: MembershipAtEnd; reason?: string } = {}): Promise<void> {
    if (this.stopped) return;
    const leaves = membership === 'leave' || (membership === 'default' && this.options.instanceId === undefined);
    this.crash();
    if (leaves && this.memberId !== '') this.quietly(() => this.group.leave(this.memberId, this.options.instanceId));
    return Promise.resolve();
  }

  /** Ends as if the process had died: the group finds out when the session ends. */
  crash(): void {
    this.stopped = true;
    this.beat();
    this.generation.lose();
    this.disturbed.wake();
  }

  private async run(listener: GroupListener): Promise<void> {
    while (!this.stopped) {
      await this.cluster.clock.turn();
      try {
        await this.oneGeneration(listener);
      } catch (error) {
        if (this.stopped || !(await this.recover(failureIn(error), listener))) return;
      }
    }
  }

  /** Joins, hands over the assignment, and resolves when the member has to join again. */
  private async oneGeneration(listener: GroupListener): Promise<void> {
    this.disturbance = undefined;
    this.generation.leaveFor();
    const subscription = await listener.subscription();
    const { instanceId, sessionTimeoutMs, rebalanceTimeoutMs, protocol } = this.options;
    const request = { instanceId, sessionTimeoutMs, rebalanceTimeoutMs, protocol, clientId: this.clientId, subscription };
    if (this.stopped) return;
    const joined = await this.group.join({ ...request, memberId: this.memberId });
    this.memberId = joined.memberId;
    if (this.stopped) return this.leaveBehind();
    const identity: GroupIdentity = { group: this.options.group, generation: joined.generation, memberId: joined.memberId, instanceId };
    this.generation.enter(identity);
    this.beatLater(identity);
    const leads = joined.leader === joined.memberId && !joined.keepsAssignment;
    const assignments = leads ? await listener.assign(joined.members) : undefined;
    if (this.stopped) return;
    const sentAt = this.lease.now();
    const assignment = await this.group.sync(identity, assignments);
    this.lease.renew(sentAt);
    this.generation.settle();
    if (!this.stopped) await this.hold(assignment, identity, listener);
  }

  /** Hands over the assignment, and resolves when the generation ends. */
  private async hold(assignment: Assignment, { generation }: GroupIdentity, listener: GroupListener): Promise<void> {
    if ((await listener.assigned(assignment, generation)) === 'rejoin') this.disturbedBy('partitions were given up');
    while (this.disturbance === undefined && !this.stopped) await this.disturbed.wait();
    if (this.stopped) return;
    const ended = this.disturbance;
    if (ended instanceof DriverError && ended.kafkaCode !== ErrorCode.rebalanceInProgress) throw ended;
    listener.rebalancing();
  }

  /** Returns false when the member can not go on. */
  private async recover(failure: DriverError, listener: GroupListener): Promise<boolean> {
    if (failure.kind !== 'rejoin') {
      this.crash();
      listener.failed(failure);
      return false;
    }
    if (failure.kafkaCode === ErrorCode.rebalanceInProgress) return true;
    const had = this.identity !== undefined;
    if (failure.kafkaCode === ErrorCode.unknownMemberId) this.memberId = '';
    this.beat();
    this.lease.end();
    this.generation.lose();
    if (had) await listener.lost(failure);
    return true;
  }

  private beatLater(identity: GroupIdentity): void {
    this.beat();
    this.beat = this.cluster.clock.schedule(this.options.heartbeatIntervalMs, () => {
      this.heartbeat(identity);
      if (!this.stopped && this.identity === identity) this.beatLater(identity);
    });
  }

  /** Returns the failure of a heartbeat. A member that only has to join again still has its place: undefined. */
  private heartbeat(identity: GroupIdentity | undefined): DriverError | undefined {
    const sentAt = this.lease.now();
    try {
      if (identity === undefined) throw failureOf(ErrorCode.unknownMemberId, `Heartbeat of ${this.options.group}`);
      this.group.heartbeat(identity);
    } catch (error) {
      const failure = failureIn(error);
      if (!this.generation.joining) this.disturbedBy(failure);
      if (failure.kafkaCode !== ErrorCode.rebalanceInProgress) return failure;
    }
    this.lease.renew(sentAt);
    return undefined;
  }

  private disturbedBy(disturbance: string | DriverError): void {
    if (!(this.disturbance instanceof DriverError)) this.disturbance = disturbance;
    this.disturbed.wake();
  }

  /** Leaves the group when the member was stopped while it joined. */
  private leaveBehind(): void {
    if (this.options.instanceId === undefined) this.quietly(() => this.group.leave(this.memberId, undefined));
  }

  private quietly(leave: () => void): void {
    try {
      leave();
    } catch (error) {
      // The group has forgotten the member already.
      if (!(error instanceof DriverError)) throw error;
    }
  }
}

function failureIn(thrown: unknown): DriverError {
  if (thrown instanceof DriverError) return thrown;
  const cause = asError(thrown);
  return new DriverError('fatal', -1, { what: cause.message, where: 'group membership', cause });
}
