import { DriverError, partitionName, type TopicPartition } from '../../client/index.js';
import type { Cluster } from './cluster.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import type { Backoff } from './retry.js';

/** How long Kafka may not know a topic before it counts as missing: a new topic reaches the brokers one after the other. */
export const missingAfterMs = 3_000;

const leaderNotAvailable = 5;

export interface LeaderWait {
  /** The request that needs the leader, for failures. */
  readonly request: string;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** False ends the wait. */
  isWanted(): boolean;
}

/**
 * Looks for the leader anew until there is one: resolves to undefined then, and when it is not wanted any more; else to why there never will be one.
 * After a failure not before a pause.
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

/** Why there is no leader: `missing` when Kafka has not known the partition for a while, else `retriable` or what Kafka answered. */
export function leaderFailure(cluster: Cluster, { topic, partition }: TopicPartition, what: string, waitedMs: number): DriverError {
  const known = cluster.topic(topic);
  const where = `${what} of ${partitionName({ topic, partition })}`;
  if (known === undefined) return failureOf(leaderNotAvailable, where);
  const absent =
    known.errorCode === ErrorCode.unknownTopicOrPartition || (known.errorCode === 0 && known.partitions[partition] === undefined);
  if (absent) return failureOf(ErrorCode.unknownTopicOrPartition, where, waitedMs >= missingAfterMs ? 'missing' : 'retriable');
  return failureOf(known.errorCode === 0 ? leaderNotAvailable : known.errorCode, where);
}
