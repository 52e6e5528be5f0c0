import type { Assignment, GroupIdentity, GroupListener, MemberOptions, MemberSubscription } from '../../client/index.js';
import type { Lease } from '../../client/lease.js';
import type { Coordinator } from '../connection/coordinator.js';
import {
  consumerProtocolType,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../protocol/consumer-protocol.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { joinGroup, syncGroup, type JoinResponse } from '../../protocol/membership.js';

/** How much longer than the rebalance timeout the coordinator may take, ms. */
const graceMs = 5_000;

export interface Joined {
  readonly identity: GroupIdentity;
  readonly assignment: Assignment;
}

/**
 * Takes a member from one generation to the next: JoinGroup, the assignment if it leads, SyncGroup. Throws the errors
 * in the responses.
 */
export class GroupJoin {
  private id = '';

  constructor(
    private readonly coordinator: Coordinator,
    private readonly options: MemberOptions,
    private readonly lease: Lease,
  ) {}

  /**
   * The member id that the coordinator gave; empty before the first join and after the coordinator has forgotten the
   * member.
   */
  get memberId(): string {
    return this.id;
  }

  /** Called when the coordinator no longer knows the member id. */
  forget(): void {
    this.id = '';
  }

  /**
   * Joins. Calls `entered` with the new generation before its assignment is known: heartbeats belong to it from then
   * on.
   */
  async join(listener: GroupListener, reason: string | null, entered: (identity: GroupIdentity) => void): Promise<Joined> {
    const response = await this.answered(encodeSubscription(await listener.subscription()), reason);
    const { group, instanceId } = this.options;
    const identity: GroupIdentity = { group, generation: response.generation, memberId: response.memberId, instanceId };
    entered(identity);
    const assignments = await this.assignments(listener, response);
    const sentAt = this.lease.now();
    const synced = await this.coordinator.parked(syncGroup, { identity, assignments }, this.parkedMs);
    if (synced.errorCode !== ErrorCode.none) throw failureOf(synced.errorCode, `SyncGroup of ${group}`);
    this.lease.renew(sentAt);
    return { identity, assignment: decodeAssignment(synced.assignment) };
  }

  private async answered(metadata: Buffer, reason: string | null): Promise<JoinResponse> {
    const response = await this.send(metadata, reason);
    if (response.memberId !== '') this.id = response.memberId;
    const final = response.errorCode === ErrorCode.memberIdRequired ? await this.send(metadata, reason) : response;
    if (final.errorCode !== ErrorCode.none) throw failureOf(final.errorCode, `JoinGroup of ${this.options.group}`);
    this.id = final.memberId;
    return final;
  }

  private send(metadata: Buffer, reason: string | null): Promise<JoinResponse> {
    const { group, sessionTimeoutMs, rebalanceTimeoutMs, instanceId, protocol } = this.options;
    const member = { group, memberId: this.id, instanceId: instanceId ?? null, protocolType: consumerProtocolType };
    return this.coordinator.parked(
      joinGroup,
      { ...member, sessionTimeoutMs, rebalanceTimeoutMs, protocol, metadata, reason },
      this.parkedMs,
    );
  }

  /**
   * Returns the assignments that the leader makes. Other members, and a static leader that came back, make none
   * (KIP-814).
   */
  private async assignments(listener: GroupListener, response: JoinResponse): Promise<(readonly [memberId: string, assignment: Buffer])[]> {
    if (response.leader !== response.memberId || response.skipAssignment) return [];
    const members: MemberSubscription[] = response.members.map(decodeSubscription);
    const assigned = await listener.assign(members);
    return [...assigned].map(([memberId, assignment]) => [memberId, encodeAssignment(assignment)]);
  }

  private get parkedMs(): number {
    return this.options.rebalanceTimeoutMs + graceMs;
  }
}
