import type { Cancel, Clock } from '@ouzel/core';

/**
 * Detects that a cluster does not respond any more. A process that is stopped and a network that drops packets close no
 * connection, and requests time out late.
 *
 * Requests that a broker may hold back are not reported here, but their responses are.
 */
export class SilenceDetector {
  private underWay = 0;
  /** Time of the last response, or of the first of the requests that are under way. */
  private since = 0;
  private cancel: Cancel | undefined;

  /** `detected` is called when requests are under way and no response came for `patienceMs`; again after that time. */
  constructor(
    private readonly clock: Clock,
    private readonly patienceMs: number,
    private readonly detected: () => void,
  ) {}

  requestBegins(): void {
    if (this.underWay++ === 0) this.since = this.clock.monotonic();
    if (this.cancel === undefined) this.checkAfter(this.patienceMs);
  }

  /** Called for each request that began, whatever became of it. */
  requestEnds(): void {
    this.underWay--;
  }

  responseCame(): void {
    this.since = this.clock.monotonic();
  }

  close(): void {
    this.cancel?.();
  }

  private checkAfter(ms: number): void {
    this.cancel = this.clock.schedule(ms, () => {
      this.cancel = undefined;
      if (this.underWay === 0) return;
      const left = this.since + this.patienceMs - this.clock.monotonic();
      if (left <= 0) this.detected();
      this.checkAfter(left > 0 ? left : this.patienceMs);
    });
  }
}
