import { ErrorCode } from '../../protocol/error-codes.js';
import type { PartitionResult } from '../../protocol/committed-offsets.js';
import { missingAfterMs } from './leader.js';

/**
 * The topics that were deleted since their records were read. Their offsets can not be committed, and those of other
 * topics must not wait for them.
 *
 * A new topic reaches the brokers one after the other: one that a broker does not know is gone when it has not appeared
 * for a while.
 */
export class GoneTopics {
  private readonly gone = new Set<string>();

  /** Returns the results that are not about topics that are gone. `waitedMs` is the time since the first request. */
  withoutThem(results: readonly PartitionResult[], waitedMs: number): PartitionResult[] {
    for (const { topic, errorCode } of results) {
      if (errorCode === ErrorCode.none) this.gone.delete(topic);
      else if (errorCode === ErrorCode.unknownTopicOrPartition && waitedMs >= missingAfterMs) this.gone.add(topic);
    }
    return results.filter(({ topic, errorCode }) => errorCode !== ErrorCode.unknownTopicOrPartition || !this.gone.has(topic));
  }
}
