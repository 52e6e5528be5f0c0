import type { Cancel, Clock } from '@ouzel/core';
import type { DriverError, GroupIdentity } from '../../client/index.js';
import type { Lease } from '../../client/lease.js';
import type { Coordinator } from '../connection/coordinator.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { heartbeat } from '../../protocol/membership.js';

const retryMs = 500;

/**
 * Tells the coordinator at a fixed interval that the member is alive, and renews its lease. Calls `disturbed` with the
 * errors of the coordinator. A heartbeat that gets no response is sent again.
 */
export class Heartbeats {
  private identity: GroupIdentity | undefined;
  private cancel: Cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly coordinator: Coordinator,
    private readonly intervalMs: number,
    private readonly lease: Lease,
    private readonly disturbed: (failure: DriverError, identity: GroupIdentity) => void,
  ) {}

  /** Sends heartbeats for this generation from now on. */
  beat(identity: GroupIdentity): void {
    this.identity = identity;
    this.cancel();
    this.next(this.intervalMs);
  }

  stop(): void {
    this.identity = undefined;
    this.cancel();
  }

  private next(ms: number): void {
    this.cancel = this.clock.schedule(ms, () => void this.send());
  }

  private async send(): Promise<void> {
    const { identity } = this;
    if (identity === undefined) return;
    const failure = await this.ask(identity);
    if (this.identity === identity) this.next(failure?.kind === 'retriable' ? Math.min(this.intervalMs, retryMs) : this.intervalMs);
  }

  /** Sends a heartbeat at once. Resolves to the failure of the member's place in the group, if there is one. */
  async ask(identity: GroupIdentity): Promise<DriverError | undefined> {
    const sentAt = this.lease.now();
    try {
      const { errorCode } = await this.coordinator.prompt(heartbeat, { identity });
      // A member that is asked to join again still has its place.
      if (errorCode === ErrorCode.none || errorCode === ErrorCode.rebalanceInProgress) this.lease.renew(sentAt);
      if (errorCode !== ErrorCode.none) throw failureOf(errorCode, `Heartbeat of ${identity.memberId} in ${identity.group}`);
      return undefined;
    } catch (error) {
      const failure = error as DriverError;
      this.coordinator.heard(failure);
      if (failure.kind !== 'retriable' && failure.kind !== 'closed') this.disturbed(failure, identity);
      return failure;
    }
  }
}
