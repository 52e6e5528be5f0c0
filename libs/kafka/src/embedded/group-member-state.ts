import type { Cancel } from '@ouzel/core';
import type { Assignment, Subscription } from '../client/index.js';
import type { Deferred } from './deferred.js';

/** A request to join. */
export interface JoinRequest {
  /** Empty at the first join. */
  readonly memberId: string;
  readonly instanceId: string | undefined;
  readonly clientId: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocol: string;
  readonly subscription: Subscription;
}

/** The response to a join. */
export interface Joined {
  readonly memberId: string;
  readonly generation: number;
  readonly leader: string;
  /** Empty unless the member is the leader. */
  readonly members: readonly MemberView[];
  /** True where a static leader came back and nothing has changed: the assignment stays (KIP-814). */
  readonly keepsAssignment: boolean;
}

export interface MemberView extends Subscription {
  readonly memberId: string;
  readonly instanceId: string | undefined;
}

/** The group's record of a member. */
export class MemberState {
  /** Set while the member waits for the others to join. */
  joining: Deferred<Joined> | undefined;
  /** Set while the member waits for the leader's assignment. */
  syncing: Deferred<Assignment> | undefined;
  /** Whether it has asked for its assignment in this generation. */
  synced = false;
  assignment: Assignment = noAssignment;
  endSession: Cancel = () => {};

  constructor(
    public id: string,
    public request: JoinRequest,
  ) {}

  get instanceId(): string | undefined {
    return this.request.instanceId;
  }

  get view(): MemberView {
    return { ...this.request.subscription, memberId: this.id, instanceId: this.instanceId };
  }

  /** Returns whether a rejoin changes what the leader has to know of the member. */
  differsFrom(request: JoinRequest): boolean {
    return request.protocol !== this.request.protocol || fingerprint(request.subscription) !== fingerprint(this.request.subscription);
  }

  /** Rejects the requests of the member that are waiting. */
  refuse(error: Error): void {
    this.joining?.reject(error);
    this.syncing?.reject(error);
    this.joining = undefined;
    this.syncing = undefined;
  }
}

export const noAssignment: Assignment = { partitions: [], userData: Buffer.alloc(0) };

function fingerprint({ topics, owned, userData }: Subscription): string {
  return JSON.stringify([topics, owned.map(({ topic, partition }) => [topic, partition]), userData.toString('base64')]);
}
