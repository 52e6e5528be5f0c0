import { abortController, asError, Signal } from '@ouzel/core';
import {
  DriverError,
  type GroupIdentity,
  type GroupListener,
  type GroupMember,
  type MembershipAtEnd,
  type MemberOptions,
  type OffsetCommit,
} from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import type { DriverLogger } from '../config.js';
import { Generation } from '../../client/generation.js';
import { Lease } from '../../client/lease.js';
import { GroupCommit, noMember } from './commit.js';
import { Coordinator } from '../connection/coordinator.js';
import { GroupJoin } from './join.js';
import { Heartbeats } from './heartbeats.js';
import { ErrorCode } from '../../protocol/error-codes.js';
import { leaveGroup } from '../../protocol/membership.js';
import { atMost, Backoff } from '../connection/retry.js';

const leaveTimeoutMs = 2_000;

/**
 * A member of a consumer group by the classic protocol. It joins, stays, and joins again when the group or the listener
 * wants it.
 *
 * It rebalances cooperatively (KIP-429): the member keeps its partitions during a rebalance, and joins once more after
 * its listener gave some of them up.
 */
export class KafkajsMember implements GroupMember {
  private readonly coordinator: Coordinator;
  private readonly generation: Generation;
  private readonly lease: Lease;
  private readonly heartbeats: Heartbeats;
  private readonly passage: GroupJoin;
  private readonly commits: GroupCommit;
  private readonly stopping = abortController();
  private readonly backoff: Backoff;
  /** The reason to join again, or the failure that ended the membership. */
  private disturbance: string | DriverError | undefined;
  private readonly disturbed: Signal;
  private refusedAt: number | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: MemberOptions,
    private readonly logger: DriverLogger | undefined,
    private readonly released: () => void,
  ) {
    this.coordinator = new Coordinator(cluster, 'group', options.group);
    this.generation = new Generation(cluster.ports.clock);
    this.disturbed = new Signal(cluster.ports.clock);
    this.backoff = new Backoff(cluster.ports);
    const { clock } = cluster.ports;
    this.lease = new Lease(clock, options.sessionTimeoutMs);
    this.passage = new GroupJoin(this.coordinator, options, this.lease);
    this.commits = new GroupCommit(cluster.ports, this.coordinator, this.generation, this.stopping.signal);
    this.heartbeats = new Heartbeats(clock, this.coordinator, options.heartbeatIntervalMs, this.lease, (failure, identity) => {
      if (identity === this.identity && !this.generation.joining) this.disturbedBy(failure);
    });
  }

  get identity(): GroupIdentity | undefined {
    return this.generation.identity;
  }

  get isConfirmed(): boolean {
    return this.identity !== undefined && this.lease.isValid;
  }

  async confirm(): Promise<void> {
    const memberId = this.identity?.memberId;
    while (!this.isConfirmed) {
      const { identity } = this;
      if (identity === undefined || identity.memberId !== memberId) throw noMember(`confirmation of ${this.options.group}`);
      const failure = await this.heartbeats.ask(identity);
      if (failure === undefined || failure.kafkaCode === ErrorCode.rebalanceInProgress) continue;
      if (this.generation.joining || this.identity !== identity) await this.generation.settled();
      else if (failure.kind === 'retriable') await new Backoff(this.cluster.ports).pause(this.stopping.signal);
      else throw failure;
    }
  }

  start(listener: GroupListener): void {
    void this.run(listener);
  }

  async settled(): Promise<GroupIdentity> {
    await this.generation.settled();
    if (this.identity === undefined) throw noMember(`transaction of ${this.options.group}`);
    return this.identity;
  }

  async commit(offsets: readonly OffsetCommit[]): Promise<void> {
    const { identity } = this;
    try {
      await this.commits.commit(offsets);
    } catch (error) {
      const current = identity !== undefined && identity === this.identity && !this.generation.joining;
      if (current && error instanceof DriverError && error.kind === 'rejoin') this.disturbedBy(error);
      throw error;
    }
  }

  rejoin(reason: string): void {
    this.disturbedBy(reason);
  }

  async stop({
    membership = 'default',
    reason = 'the application stops',
  }: { membership?: MembershipAtEnd; reason?: string } = {}): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const leaves = membership === 'leave' || (membership === 'default' && this.options.instanceId === undefined);
    await this.end(leaves ? reason : undefined);
  }

  private async run(listener: GroupListener): Promise<void> {
    let failure: DriverError | undefined;
    while (failure === undefined && !this.stopping.signal.aborted) {
      const disturbance = await this.untilDisturbed(listener).catch(failureIn);
      if (disturbance instanceof DriverError) failure = await this.recover(disturbance, listener).catch(failureIn);
      else if (!this.stopping.signal.aborted) listener.rebalancing();
    }
    if (failure === undefined || this.stopping.signal.aborted) return;
    await this.end(failure.kafkaCode === ErrorCode.fencedInstanceId ? undefined : failure.what);
    listener.failed(failure);
  }

  /** Passes through one generation: joins, hands over the assignment, and resolves to what ends the generation. */
  private async untilDisturbed(listener: GroupListener): Promise<string | DriverError> {
    const reason = this.disturbance;
    this.disturbance = undefined;
    this.generation.leaveFor();
    const joined = await this.passage.join(listener, typeof reason === 'string' ? reason : null, (identity) => this.enter(identity));
    this.generation.settle();
    this.refusedAt = undefined;
    this.backoff.reset();
    if (this.stopping.signal.aborted) return 'stopped';
    const answer = await listener.assigned(joined.assignment, joined.identity.generation);
    if (answer === 'rejoin') this.disturbedBy('partitions were given up');
    return this.nextDisturbance();
  }

  private async nextDisturbance(): Promise<string | DriverError> {
    while (this.disturbance === undefined && !this.stopping.signal.aborted) await this.disturbed.wait();
    const disturbance = this.disturbance ?? 'stopped';
    const rebalance = disturbance instanceof DriverError && disturbance.kafkaCode === ErrorCode.rebalanceInProgress;
    return rebalance ? 'the group rebalances' : disturbance;
  }

  private enter(identity: GroupIdentity): void {
    if (this.stopping.signal.aborted) return;
    this.generation.enter(identity);
    this.heartbeats.beat(identity);
  }

  private disturbedBy(disturbance: string | DriverError): void {
    if (!(this.disturbance instanceof DriverError)) this.disturbance = disturbance;
    this.disturbed.wake();
  }

  /** Returns undefined when the member can go on, else the failure that ends it. */
  private async recover(failure: DriverError, listener: GroupListener): Promise<DriverError | undefined> {
    if (this.stopping.signal.aborted) return undefined;
    this.coordinator.heard(failure);
    if (failure.kafkaCode === ErrorCode.inconsistentGroupProtocol) return this.outwaited(failure);
    if (failure.kind === 'retriable') {
      await this.backoff.pause(this.stopping.signal);
      return undefined;
    }
    if (failure.kind !== 'rejoin') return failure;
    if (failure.kafkaCode !== ErrorCode.rebalanceInProgress) await this.lose(failure, listener);
    return undefined;
  }

  private async lose(reason: DriverError, listener: GroupListener): Promise<void> {
    const had = this.identity !== undefined;
    if (reason.kafkaCode === ErrorCode.unknownMemberId) this.passage.forget();
    this.heartbeats.stop();
    this.lease.end();
    this.generation.lose();
    if (had) await listener.lost(reason);
  }

  /**
   * Waits for a member with another protocol to go. A Kafka Streams instance that has stopped without leaving stays
   * until its session ends, so this one waits for a session timeout.
   */
  private async outwaited(failure: DriverError): Promise<DriverError | undefined> {
    const now = this.cluster.ports.clock.monotonic();
    if (this.refusedAt === undefined) {
      this.refusedAt = now;
      this.logger?.warn(
        `group ${this.options.group} still has a member of another protocol, as a Kafka Streams instance that did not leave; trying again for ${this.options.sessionTimeoutMs} ms`,
      );
    }
    if (now - this.refusedAt > this.options.sessionTimeoutMs) return failure;
    await this.backoff.pause(this.stopping.signal);
    return undefined;
  }

  /** Leaves the group when the member has to, and closes its connections. */
  private async end(reason: string | undefined): Promise<void> {
    this.stopping.abort();
    this.heartbeats.stop();
    this.disturbed.wake();
    if (reason !== undefined && this.passage.memberId !== '') await this.leave(this.passage.memberId, reason);
    this.generation.lose();
    this.coordinator.close();
    this.released();
  }

  private async leave(memberId: string, reason: string): Promise<void> {
    const request = { group: this.options.group, memberId, instanceId: this.options.instanceId ?? null, reason };
    // A coordinator that does not respond removes the member at the end of its session.
    const left = this.coordinator.prompt(leaveGroup, request).catch(() => {});
    await atMost(this.cluster.ports, leaveTimeoutMs, left);
  }
}

function failureIn(thrown: unknown): DriverError {
  if (thrown instanceof DriverError) return thrown;
  const cause = asError(thrown);
  return new DriverError('fatal', -1, { what: cause.message, where: 'group membership', cause });
}
