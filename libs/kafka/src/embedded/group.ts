import type { Cancel, Clock, Random } from '@ouzel/core';
import type { Assignment, GroupIdentity, MemberDescription, OffsetCommit } from '../client/index.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import { Deferred } from './deferred.js';
import { MemberState, noAssignment, type Joined, type JoinRequest } from './group-member-state.js';
import type { GroupOffsets } from './group-offsets.js';

/**
 * The coordinator's side of a consumer group by the classic protocol (GroupCoordinator).
 *
 *   empty -> preparing: joins wait until all members have joined, or for the rebalance timeout
 *         -> completing: the leader's assignment is awaited
 *         -> stable -> preparing: a member joins, changes, leaves, or its session ends
 */
export class Group {
  private state: 'empty' | 'preparing' | 'completing' | 'stable' = 'empty';
  private generation = 0;
  private leader = '';
  private readonly members = new Map<string, MemberState>();
  private endPhase: Cancel = () => {};

  constructor(
    readonly name: string,
    readonly offsets: GroupOffsets,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Resolves when all members have joined the rebalance. */
  join(request: JoinRequest): Promise<Joined> {
    const others = [...this.members.values()].filter(
      ({ id, instanceId }) => id !== request.memberId && (instanceId === undefined || instanceId !== request.instanceId),
    );
    if (others.some((member) => member.request.protocol !== request.protocol))
      throw this.failure(ErrorCode.inconsistentGroupProtocol, 'JoinGroup');
    if (request.memberId === '') return this.joinAnew(request);
    const member = this.member(request.memberId, request.instanceId, 'JoinGroup');
    this.touch(member);
    const differs = member.differsFrom(request);
    member.request = request;
    const disturbs = this.state === 'stable' ? differs || member.id === this.leader : differs;
    if (this.state !== 'preparing' && !disturbs) return Promise.resolve(this.joinedAs(member));
    return this.park(member);
  }

  /** Resolves to the assignment, when the leader has sent it. */
  sync(identity: GroupIdentity, assignments: ReadonlyMap<string, Assignment> | undefined): Promise<Assignment> {
    const member = this.current(identity, 'SyncGroup');
    if (this.state === 'preparing') throw this.failure(ErrorCode.rebalanceInProgress, 'SyncGroup');
    this.touch(member);
    member.synced = true;
    if (this.state === 'stable') return Promise.resolve(member.assignment);
    member.syncing = new Deferred<Assignment>();
    const { promise } = member.syncing;
    if (member.id === this.leader) this.stabilize(assignments ?? new Map<string, Assignment>());
    return promise;
  }

  heartbeat(identity: GroupIdentity): void {
    const member = this.current(identity, 'Heartbeat');
    this.touch(member);
    if (this.state === 'preparing') throw this.failure(ErrorCode.rebalanceInProgress, 'Heartbeat');
  }

  /** Whether the group has neither members nor committed offsets. */
  get isEmpty(): boolean {
    return this.members.size === 0 && this.offsets.isEmpty;
  }

  describe(): readonly MemberDescription[] {
    return [...this.members.values()].map(({ id, request }) => ({ memberId: id, clientId: request.clientId, host: 'this process' }));
  }

  leave(memberId: string, instanceId: string | undefined): void {
    this.remove(this.member(memberId, instanceId, 'LeaveGroup'));
  }

  /** Commits offsets as a member, or with generation -1 while the group has no members. */
  commit(identity: GroupIdentity, offsets: readonly OffsetCommit[]): void {
    if (identity.generation >= 0 || this.members.size > 0) {
      const member = this.committer(identity, 'OffsetCommit');
      if (this.state === 'completing') throw this.failure(ErrorCode.rebalanceInProgress, 'OffsetCommit');
      this.touch(member);
    }
    this.offsets.commit(offsets);
  }

  /** Keeps offsets that count when the producer's transaction is committed. */
  commitPending(producerId: number, identity: GroupIdentity, offsets: readonly OffsetCommit[]): void {
    if (identity.generation >= 0 || identity.memberId !== '') this.committer(identity, 'TxnOffsetCommit');
    this.offsets.addPending(producerId, offsets);
  }

  /** Ends all timers. */
  close(): void {
    this.endPhase();
    for (const member of this.members.values()) member.endSession();
  }

  private joinAnew(request: JoinRequest): Promise<Joined> {
    const id = `${request.instanceId ?? request.clientId}-${this.random.uuid()}`;
    const former = request.instanceId === undefined ? undefined : this.staticMember(request.instanceId);
    if (former !== undefined) return this.replace(former, id, request);
    const member = new MemberState(id, request);
    this.members.set(id, member);
    this.touch(member);
    return this.park(member);
  }

  /**
   * Lets a static member that came back go on under a new id. In a stable group it takes over generation and assignment
   * without a rebalance (KIP-345).
   */
  private replace(member: MemberState, id: string, request: JoinRequest): Promise<Joined> {
    member.refuse(this.failure(ErrorCode.fencedInstanceId, 'JoinGroup'));
    this.members.delete(member.id);
    if (this.leader === member.id) this.leader = id;
    const disturbs = member.request.protocol !== request.protocol;
    member.id = id;
    member.request = request;
    this.members.set(id, member);
    this.touch(member);
    if (this.state === 'stable' && !disturbs) return Promise.resolve({ ...this.joinedAs(member), keepsAssignment: true });
    return this.park(member);
  }

  private park(member: MemberState): Promise<Joined> {
    member.joining?.reject(this.failure(ErrorCode.rebalanceInProgress, 'JoinGroup'));
    member.joining = new Deferred<Joined>();
    const { promise } = member.joining;
    this.rebalance();
    return promise;
  }

  private rebalance(): void {
    if (this.state !== 'preparing') {
      for (const member of this.members.values()) {
        member.syncing?.reject(this.failure(ErrorCode.rebalanceInProgress, 'SyncGroup'));
        member.syncing = undefined;
      }
      this.state = 'preparing';
      this.beginPhase(() => this.completeJoin());
    }
    if ([...this.members.values()].every(({ joining }) => joining !== undefined)) this.completeJoin();
  }

  /**
   * Ends the joining: all members have joined, or the rebalance timeout has passed. Static members stay until their
   * session ends.
   */
  private completeJoin(): void {
    for (const member of this.members.values()) if (member.joining === undefined && member.instanceId === undefined) this.drop(member);
    const joined = [...this.members.values()].filter(({ joining }) => joining !== undefined);
    if (joined.length === 0 && this.members.size > 0) return this.beginPhase(() => this.completeJoin());
    this.generation++;
    if (this.members.size === 0) return this.becomeEmpty();
    this.state = 'completing';
    if (this.members.get(this.leader)?.joining === undefined) this.leader = joined[0]!.id;
    this.beginPhase(() => this.dropUnsynced());
    for (const member of joined) {
      member.synced = false;
      this.touch(member);
      member.joining!.resolve(this.joinedAs(member));
      member.joining = undefined;
    }
  }

  private stabilize(assignments: ReadonlyMap<string, Assignment>): void {
    this.state = 'stable';
    this.beginPhase(() => this.dropUnsynced());
    for (const member of this.members.values()) {
      member.assignment = assignments.get(member.id) ?? noAssignment;
      if (member.syncing !== undefined) this.touch(member);
      member.syncing?.resolve(member.assignment);
      member.syncing = undefined;
    }
  }

  /** Drops members that have joined and do not ask for their assignment. */
  private dropUnsynced(): void {
    const gone = [...this.members.values()].filter(({ synced, instanceId }) => !synced && instanceId === undefined);
    for (const member of gone) this.drop(member);
    if (gone.length > 0) this.rebalance();
  }

  private remove(member: MemberState): void {
    this.drop(member);
    member.refuse(this.failure(ErrorCode.unknownMemberId, 'JoinGroup'));
    if (this.members.size === 0 && this.state !== 'preparing') {
      this.generation++;
      this.becomeEmpty();
    } else this.rebalance();
  }

  private drop(member: MemberState): void {
    member.endSession();
    this.members.delete(member.id);
    if (this.leader === member.id) this.leader = '';
  }

  private becomeEmpty(): void {
    this.endPhase();
    this.state = 'empty';
    this.leader = '';
  }

  /** Begins a phase that ends after the longest rebalance timeout among the members. */
  private beginPhase(end: () => void): void {
    this.endPhase();
    const longest = Math.max(...[...this.members.values()].map(({ request }) => request.rebalanceTimeoutMs));
    this.endPhase = this.clock.schedule(longest, end);
  }

  private touch(member: MemberState): void {
    member.endSession();
    member.endSession = this.clock.schedule(member.request.sessionTimeoutMs, () => {
      // A member that waits for a response need not send heartbeats.
      if (member.joining !== undefined || member.syncing !== undefined) this.touch(member);
      else this.remove(member);
    });
  }

  private joinedAs(member: MemberState): Joined {
    const isLeader = member.id === this.leader;
    const members = isLeader ? [...this.members.values()].map(({ view }) => view) : [];
    return { memberId: member.id, generation: this.generation, leader: this.leader, members, keepsAssignment: false };
  }

  /**
   * Returns the member that commits. A group that never had a member throws ILLEGAL_GENERATION (OffsetMetadataManager).
   */
  private committer(identity: GroupIdentity, request: string): MemberState {
    if (this.generation === 0 && this.members.size === 0) throw this.failure(ErrorCode.illegalGeneration, request);
    return this.current(identity, request);
  }

  private current(identity: GroupIdentity, request: string): MemberState {
    const member = this.member(identity.memberId, identity.instanceId, request);
    if (identity.generation !== this.generation) throw this.failure(ErrorCode.illegalGeneration, request);
    return member;
  }

  private member(id: string, instanceId: string | undefined, request: string): MemberState {
    const known = instanceId === undefined ? undefined : this.staticMember(instanceId);
    if (known !== undefined && known.id !== id) throw this.failure(ErrorCode.fencedInstanceId, request);
    const member = this.members.get(id);
    if (member === undefined) throw this.failure(ErrorCode.unknownMemberId, request);
    return member;
  }

  private staticMember(instanceId: string): MemberState | undefined {
    return [...this.members.values()].find((member) => member.instanceId === instanceId);
  }

  private failure(code: number, request: string): Error {
    return failureOf(code, `${request} of ${this.name}`);
  }
}
