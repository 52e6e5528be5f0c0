import { DriverError, type OffsetCommit } from '../../client/index.js';
import type { Ports } from '../config.js';
import { closedFailure } from '../connection/connection-failure.js';
import type { Generation } from '../../client/generation.js';
import type { Coordinator } from '../connection/coordinator.js';
import { missingAfterMs } from '../connection/leader.js';
import { offsetCommit } from '../../protocol/committed-offsets.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { Backoff } from '../connection/retry.js';

const movesOn = new Set<number>([ErrorCode.illegalGeneration, ErrorCode.rebalanceInProgress]);

/**
 * Commits offsets in the name of the member. A member that joins again may still commit what it read: partitions go to others only after it gave them up.
 * A member that was forgotten may not.
 */
export class GroupCommit {
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
      if (identity === undefined || identity.memberId !== memberId) throw this.noMember();
      const failure = await this.attempt(identity, offsets);
      if (failure === undefined) return;
      if (movesOn.has(failure.kafkaCode) && (this.generation.joining || this.generation.identity !== identity)) {
        await this.generation.settled();
        continue;
      }
      if (failure.kind !== 'retriable' && failure.kafkaCode !== ErrorCode.rebalanceInProgress) throw failure;
      const missing = failure.kafkaCode === ErrorCode.unknownTopicOrPartition && this.ports.clock.monotonic() - begin >= missingAfterMs;
      if (missing) throw failureOf(failure.kafkaCode, failure.where ?? '', 'missing');
      await backoff.pause(this.stopping);
    }
  }

  private async attempt(identity: NonNullable<Generation['identity']>, offsets: readonly OffsetCommit[]): Promise<DriverError | undefined> {
    try {
      const results = await this.coordinator.prompt(offsetCommit, { identity, offsets });
      const refused = results.find(({ errorCode }) => errorCode !== ErrorCode.none);
      if (refused === undefined) return undefined;
      const failure = failureOf(refused.errorCode, `OffsetCommit of ${identity.group} for ${refused.topic}-${refused.partition}`);
      this.coordinator.heard(failure);
      return failure;
    } catch (error) {
      if (error instanceof DriverError) return error;
      throw error;
    }
  }

  private noMember(): DriverError {
    return new DriverError('rejoin', ErrorCode.unknownMemberId, {
      what: 'this client is no longer the member that read these records',
      where: `commit of ${this.coordinator.key}`,
    });
  }
}
