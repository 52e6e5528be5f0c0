import type { Clock } from '@ouzel/core';

/**
 * A moment on both clocks: the monotonic one stands still while some machines are suspended, the wall clock may be set
 * meanwhile.
 */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * How long a member can be sure of its place in the group: for a session timeout from the moment when it sent the last
 * request that the coordinator answered well. A process that was paused for longer finds the lease at its end.
 */
export class Lease {
  private since: Moment | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly durationMs: number,
  ) {}

  /** Take it before the request is sent. */
  now(): Moment {
    return { monotonic: this.clock.monotonic(), wall: this.clock.now() };
  }

  renew(sentAt: Moment): void {
    this.since = sentAt;
  }

  end(): void {
    this.since = undefined;
  }

  get isValid(): boolean {
    if (this.since === undefined) return false;
    const { monotonic, wall } = this.now();
    return Math.max(monotonic - this.since.monotonic, wall - this.since.wall) < this.durationMs;
  }
}
