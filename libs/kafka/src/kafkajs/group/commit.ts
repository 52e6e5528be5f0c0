import { DriverError, type OffsetCommit } from '../../client/index.js';
import type { Ports } from '../config.js';
import { closedFailure } from '../connection/connection-failure.js';
import type { Generation } from '../../client/generation.js';
import type { Coordinator } from '../connection/coordinator.js';
import { GoneTopics } from '../connection/gone-topics.js';
import { offsetCommit } from '../../protocol/committed-offsets.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { Backoff } from '../connection/retry.js';

const movesOn = new Set<number>([ErrorCode.illegalGeneration, ErrorCode.rebalanceInProgress]);

/**
 * Commits offsets as the member. A member that joins again may still commit, because its partitions go to others only
 * after it gave them up. A member that the coordinator has removed may not. Offsets of topics that are gone are left
 * out.
 */
export class GroupCommit {
  private readonly gone = new GoneTopics();

  constructor(
    private readonly ports: Ports,
    private readonly coordinator: Coordinator,
    private readonly generation: Generation,
    private readonly stopping: AbortSignal,
  ) {}

  async commit(offsets: readonly OffsetCommit[]): Promise<void> {
    if (offsets.length === 0) return;
    const backoff = new Backoff(this.ports);
    const begin = this.ports.clock.monotonic();
    const memberId = this.generation.identity?.memberId;
    for (;;) {
      if (this.stopping.aborted) throw closedFailure(`commit of ${this.coordinator.key}`);
      const { identity } = this.generation;
      if (identity === undefined || identity.memberId !== memberId) throw noMember(`commit of ${this.coordinator.key}`);
      const failure = await this.attempt(identity, offsets, this.ports.clock.monotonic() - begin);
      if (failure === undefined) return;
      if (movesOn.has(failure.kafkaCode) && (this.generation.joining || this.generation.identity !== identity)) {
        await this.generation.settled();
        continue;
      }
      if (failure.kind !== 'retriable' && failure.kafkaCode !== ErrorCode.rebalanceInProgress) throw failure;
      await backoff.pause(this.stopping);
    }
  }

  private async attempt(
    identity: NonNullable<Generation['identity']>,
    offsets: readonly OffsetCommit[],
    waitedMs: number,
  ): Promise<DriverError | undefined> {
    try {
      const results = await this.coordinator.prompt(offsetCommit, { identity, offsets });
      const refused = this.gone.withoutThem(results, waitedMs).find(({ errorCode }) => errorCode !== ErrorCode.none);
      if (refused === undefined) return undefined;
      const failure = failureOf(refused.errorCode, `OffsetCommit of ${identity.group} for ${refused.topic}-${refused.partition}`);
      this.coordinator.heard(failure);
      return failure;
    } catch (error) {
      if (error instanceof DriverError) return error;
      throw error;
    }
  }
}

/** Returns the failure of a client that has lost its place in the group. */
export function noMember(where: string): DriverError {
  return new DriverError('rejoin', ErrorCode.unknownMemberId, {
    what: 'this client is no longer the member that read these records',
    where,
  });
}
