import { DriverError, partitionName, type TopicPartition } from '../../client/index.js';
import type { Cluster } from './cluster.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import type { Backoff } from './retry.js';

/** How long Kafka may not know a topic before it counts as missing, ms: the brokers hear of a new topic one by one. */
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
 * Resolves to undefined when there is a leader or when it is not wanted any more, else to the reason why there will be
 * none.
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
 * Returns why a partition has no leader: `missing` when Kafka has not known it for a while (`waitedMs`), else what the
 * metadata say.
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
