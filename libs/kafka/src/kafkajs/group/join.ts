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

/** What the coordinator may take longer than the rebalance timeout, ms. */
const graceMs = 5_000;

export interface Joined {
  readonly identity: GroupIdentity;
  readonly assignment: Assignment;
}

/** One passage of a member from a generation to the next: JoinGroup, the assignment if it leads, SyncGroup. Throws what Kafka answers against it. */
export class GroupJoin {
  private id = '';

  constructor(
    private readonly coordinator: Coordinator,
    private readonly options: MemberOptions,
    private readonly lease: Lease,
  ) {}

  /** Given by the coordinator; empty before the first join and after the member was forgotten. */
  get memberId(): string {
    return this.id;
  }

  /** The coordinator no longer knows the member id. */
  forget(): void {
    this.id = '';
  }

  /** `entered` is told of the new generation before its assignment is known: heartbeats belong to it from then on. */
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

  /** Only the leader assigns; a static leader that came back leaves the assignment as it was (KIP-814). */
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
