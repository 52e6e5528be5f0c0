import type { Clock } from '@ouzel/core';

/**
 * A moment on both clocks. The monotonic clock stands still while some machines are suspended; the wall clock may be
 * set to another time.
 */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * The time in which a member can be sure of its place in the group. It is a session timeout, and begins when the member
 * sent the last request that succeeded. The lease of a process that was paused for longer has ended.
 */
export class Lease {
  private since: Moment | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly durationMs: number,
  ) {}

  /** Returns the present moment. Call it before the request is sent. */
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
