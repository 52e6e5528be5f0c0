import { OuzelError } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import type { PartitionCounts } from './partition-counts.js';

/** Asks the cluster once per topic. Counts of topics that grow are learnt at the next start, as the partitions of keys must not move under a task. */
export class ClusterPartitionCounts implements PartitionCounts {
  private readonly counts = new Map<string, number>();

  constructor(private readonly admin: Admin) {}

  known(topic: string): number | undefined {
    return this.counts.get(topic);
  }

  async learn(topic: string): Promise<number> {
    const found = (await this.admin.topics([topic])).get(topic);
    if (found === undefined)
      throw new OuzelError('OUZEL_TOPIC_MISSING', {
        what: `topic "${topic}" does not exist`,
        help: 'Dynamic target topics must be created before they are written to.',
      });
    this.counts.set(topic, found.partitions);
    return found.partitions;
  }

  async learnAll(topics: readonly string[]): Promise<void> {
    for (const [topic, { partitions }] of await this.admin.topics(topics)) this.counts.set(topic, partitions);
  }
}
