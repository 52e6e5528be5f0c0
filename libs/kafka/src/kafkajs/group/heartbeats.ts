import type { Cancel, Clock } from '@ouzel/core';
import type { DriverError } from '../../client/index.js';
import { type GroupIdentity } from '../../client/index.js';
import type { Coordinator } from '../connection/coordinator.js';
import { failureOf } from '../../protocol/error-codes.js';
import { heartbeat } from '../../protocol/membership.js';

const retryMs = 500;

/** Tells the coordinator at a fixed interval that the member is alive. What the coordinator says against it goes to `disturbed`; lost heartbeats are sent again. */
export class Heartbeats {
  private identity: GroupIdentity | undefined;
  private cancel: Cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly coordinator: Coordinator,
    private readonly intervalMs: number,
    private readonly disturbed: (failure: DriverError, identity: GroupIdentity) => void,
  ) {}

  /** From now on for this generation. */
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
    let pauseMs = this.intervalMs;
    try {
      const { errorCode } = await this.coordinator.prompt(heartbeat, { identity });
      if (errorCode !== 0) throw failureOf(errorCode, `Heartbeat of ${identity.memberId} in ${identity.group}`);
    } catch (error) {
      const failure = error as DriverError;
      this.coordinator.heard(failure);
      if (failure.kind === 'retriable') pauseMs = Math.min(pauseMs, retryMs);
      else if (failure.kind !== 'closed') this.disturbed(failure, identity);
    }
    if (this.identity === identity) this.next(pauseMs);
  }
}
