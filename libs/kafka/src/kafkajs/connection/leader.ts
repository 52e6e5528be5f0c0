import { DriverError, partitionName, type TopicPartition } from '../../client/index.js';
import type { Cluster } from './cluster.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import type { Backoff } from './retry.js';

/**
 * A topic that Kafka does not know for this time counts as missing, ms. A new topic does not reach all brokers at once.
 */
export const missingAfterMs = 3_000;

export interface LeaderWait {
  /** Name of the request that needs the leader, for failures. */
  readonly request: string;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** Returns false to end the wait. */
  isWanted(): boolean;
}

/**
 * Looks up the leader of a partition until there is one. After a failure it pauses first.
 *
 * Resolves to undefined when there is a leader, or when it is no longer wanted. Resolves to a failure when there will
 * be no leader.
 */
export async function waitForLeader(
  cluster: Cluster,
  partition: TopicPartition,
  failure: DriverError | undefined,
  { request, backoff, signal, isWanted }: LeaderWait,
): Promise<DriverError | undefined> {
  const begin = cluster.ports.clock.monotonic();
  let reason = failure;
  for (;;) {
    if (reason !== undefined) await backoff.pause(signal);
    if (signal.aborted || !isWanted()) return undefined;
    try {
      await cluster.refresh([partition.topic]);
      if (cluster.leader(partition) !== undefined) return undefined;
      reason = leaderFailure(cluster, partition, request, cluster.ports.clock.monotonic() - begin);
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      reason = error;
    }
    if (reason.kind !== 'retriable') return reason;
  }
}

/**
 * Returns the reason why a partition has no leader, from the metadata. It is `missing` when Kafka does not know the
 * partition and the caller has waited long enough (`waitedMs`).
 */
export function leaderFailure(cluster: Cluster, place: TopicPartition, request: string, waitedMs: number): DriverError {
  const known = cluster.topic(place.topic);
  const where = `${request} of ${partitionName(place)}`;
  if (known === undefined) return failureOf(ErrorCode.leaderNotAvailable, where);
  const isAbsent =
    known.errorCode === ErrorCode.unknownTopicOrPartition ||
    (known.errorCode === ErrorCode.none && known.partitions[place.partition] === undefined);
  if (isAbsent) return failureOf(ErrorCode.unknownTopicOrPartition, where, waitedMs >= missingAfterMs ? 'missing' : 'retriable');
  return failureOf(known.errorCode === ErrorCode.none ? ErrorCode.leaderNotAvailable : known.errorCode, where);
}
