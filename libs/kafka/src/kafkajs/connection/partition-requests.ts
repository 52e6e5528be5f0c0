import { DriverError, PartitionMap, partitionName, type TopicPartition } from '../../client/index.js';
import type { Channel } from './channel.js';
import type { Cluster } from './cluster.js';
import type { NodeChannels } from './node-channels.js';
import { leaderFailure } from './leader.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { retrying, worstOf, type RetryLimits } from './retry.js';

/** A request that goes to the leaders of its partitions. */
export interface LeaderRequest<P extends TopicPartition, R extends PartitionResponse> {
  readonly name: string;
  send(channel: Channel, partitions: readonly P[]): Promise<readonly R[]>;
}
export interface PartitionResponse extends TopicPartition {
  readonly errorCode: number;
}

/**
 * Sends a request to the leaders of the partitions, to all at once, and again for those that fail with `retriable`.
 * Resolves to the responses in the order of the partitions.
 */
export async function askLeaders<P extends TopicPartition, R extends PartitionResponse>(
  cluster: Cluster,
  channels: NodeChannels,
  limits: RetryLimits,
  partitions: readonly P[],
  request: LeaderRequest<P, R>,
): Promise<R[]> {
  const { clock } = cluster.ports;
  const done = new PartitionMap<R>();
  const begin = clock.monotonic();
  const unanswered = () => partitions.filter((partition) => !done.has(partition));
  const refresh = () => cluster.refresh(unanswered().map(({ topic }) => topic));
  const attempt = async () => {
    if (unanswered().some((partition) => cluster.leader(partition) === undefined)) await refresh();
    const sent = [...byLeader(cluster, unanswered())].map(([node, list]) => request.send(channels.to(node), list));
    const failed = new PartitionMap<DriverError>();
    for (const response of (await Promise.all(sent)).flat()) {
      if (response.errorCode === ErrorCode.none) done.set(response, response);
      else failed.set(response, failureOf(response.errorCode, `${request.name} of ${partitionName(response)}`));
    }
    for (const partition of unanswered()) {
      if (!failed.has(partition)) failed.set(partition, unansweredFailure(cluster, partition, request.name, clock.monotonic() - begin));
    }
    const failure = worstOf([...failed.values()]);
    if (failure !== undefined) throw failure;
  };
  await retrying(cluster.ports, limits, () =>
    attempt().catch(async (error: unknown) => {
      if (error instanceof DriverError && error.kind === 'retriable') await refresh();
      throw error;
    }),
  );
  return partitions.map((partition) => done.get(partition)!);
}

function unansweredFailure(cluster: Cluster, partition: TopicPartition, request: string, waitedMs: number): DriverError {
  if (cluster.leader(partition) === undefined) return leaderFailure(cluster, partition, request, waitedMs);
  const where = `${request} of ${partitionName(partition)}`;
  return new DriverError('retriable', -1, { what: 'the response lacks the partition', where });
}

function byLeader<P extends TopicPartition>(cluster: Cluster, partitions: readonly P[]): Map<number, P[]> {
  const nodes = new Map<number, P[]>();
  for (const partition of partitions) {
    const leader = cluster.leader(partition);
    if (leader === undefined) continue;
    const list = nodes.get(leader.node);
    if (list === undefined) nodes.set(leader.node, [partition]);
    else list.push(partition);
  }
  return nodes;
}
