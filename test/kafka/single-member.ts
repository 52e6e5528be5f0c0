import type { GroupMember, KafkaDriver, TopicPartition } from '@ouzel/kafka';
import { eventually } from './real-kafka.js';

/**
 * Starts the only member of a group, which gets all these partitions. Resolves when it has them. `log` has all that
 * happens to it.
 */
export async function startSingleMember(
  driver: KafkaDriver,
  group: string,
  places: readonly TopicPartition[],
): Promise<{ readonly member: GroupMember; readonly log: readonly string[] }> {
  const log: string[] = [];
  const member = driver.createMember({
    group,
    instanceId: undefined,
    sessionTimeoutMs: 45_000,
    heartbeatIntervalMs: 200,
    rebalanceTimeoutMs: 10_000,
    protocol: 'ouzel',
  });
  const userData = Buffer.alloc(0);
  member.start({
    subscription: () => ({ topics: [places[0]!.topic], owned: [], userData }),
    assign: async (members) => new Map(members.map(({ memberId }) => [memberId, { partitions: [...places], userData }])),
    assigned: async (_assignment, generation) => {
      log.push(`assigned ${generation}`);
      return 'stay';
    },
    rebalancing: () => log.push('rebalancing'),
    lost: async () => void log.push('lost'),
    failed: (error) => log.push(`failed ${error.message}`),
  });
  await eventually(() => (log.length > 0 ? true : undefined));
  return { member, log };
}
