import { partitionName, PartitionMap, type DriverError, type TopicPartition } from '../../client/index.js';
import type { Channel } from './channel.js';
import type { Cluster } from './cluster.js';
import type { NodeChannels } from './node-channels.js';
import { leaderFailure } from './leader.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { retrying, type RetryLimits } from './retry.js';

/**
 * Asks the leaders of the partitions, all at once, and again for those that failed with `retriable`. Returns the answers in the order of the partitions. `where` names
 * the request in failures.
 */
export async function askLeaders<P extends TopicPartition, R extends TopicPartition & { readonly errorCode: number }>(
  cluster: Cluster,
  channels: NodeChannels,
  limits: RetryLimits,
  where: string,
  partitions: readonly P[],
  ask: (channel: Channel, partitions: readonly P[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const done = new PartitionMap<R>();
  const begin = cluster.ports.clock.monotonic();
  let left = partitions;
  await retrying(cluster.ports, limits, async () => {
    await knowLeaders(cluster, left);
    const asked = [...byLeader(cluster, left)].map(([node, list]) => ask(channels.to(node), list));
    const answers = await Promise.all(asked).catch(async (error: unknown) => {
      await cluster.refresh(left.map(({ topic }) => topic));
      throw error;
    });
    const again = new PartitionMap<true>();
    let failure: DriverError | undefined;
    for (const answer of answers.flat()) {
      if (answer.errorCode === ErrorCode.none) {
        done.set(answer, answer);
        continue;
      }
      failure = failureOf(answer.errorCode, `${where} of ${partitionName(answer)}`);
      if (failure.kind !== 'retriable') throw failure;
      again.set(answer, true);
    }
    const leaderless = left.filter((partition) => cluster.leader(partition) === undefined);
    for (const partition of leaderless) {
      failure = leaderFailure(cluster, partition, where, cluster.ports.clock.monotonic() - begin);
      if (failure.kind !== 'retriable') throw failure;
      again.set(partition, true);
    }
    left = left.filter((partition) => again.has(partition));
    if (failure === undefined) return;
    await cluster.refresh(left.map(({ topic }) => topic));
    throw failure;
  });
  return partitions.map((partition) => done.get(partition)!);
}

async function knowLeaders(cluster: Cluster, partitions: readonly TopicPartition[]): Promise<void> {
  const unknown = partitions.filter((partition) => cluster.leader(partition) === undefined);
  if (unknown.length > 0) await cluster.refresh(unknown.map(({ topic }) => topic));
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
