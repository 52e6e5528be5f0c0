import type { Clock } from '@ouzel/core';
import { DriverError, type Admin } from '@ouzel/kafka';
import type { PartitionCounts } from './partition-counts.js';

/** The pause before the cluster is asked again, ms. */
const pauseMs = 100;

/**
 * The partition counts of the topics that are written to. They are asked for once per topic, and follow what is seen of
 * the cluster later.
 */
export class ClusterPartitionCounts implements PartitionCounts {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly admin: Admin,
    private readonly clock: Clock,
  ) {}

  known(topic: string): number | undefined {
    return this.counts.get(topic);
  }

  /** Tries again until the cluster responds: the task that waits has lost nothing. */
  async learn(topic: string): Promise<number> {
    const found = (await this.topics(topic)).get(topic);
    if (found === undefined) throw missing(topic);
    this.counts.set(topic, found.partitions);
    return found.partitions;
  }

  private async topics(topic: string): ReturnType<Admin['topics']> {
    for (;;) {
      try {
        return await this.admin.topics([topic]);
      } catch (thrown) {
        if (!(thrown instanceof DriverError && thrown.kind === 'retriable')) throw thrown;
        await this.clock.sleep(pauseMs);
      }
    }
  }

  /**
   * Takes over the partition counts of the cluster's topics. Forgets topics that are gone, so that they are asked for
   * when they are written to again.
   */
  seen(topics: ReadonlyMap<string, number>): void {
    for (const topic of this.counts.keys()) {
      const partitions = topics.get(topic);
      if (partitions === undefined) this.counts.delete(topic);
      else this.counts.set(topic, partitions);
    }
  }
}

/** Returns a failure of the cluster and not of the record: the handlers of failed records are not called. */
function missing(topic: string): DriverError {
  const help = 'It was deleted; or it is chosen per record, and must be created before it is written to.';
  return new DriverError('missing', -1, { what: `topic "${topic}" does not exist`, help }, 'OUZEL_TOPIC_MISSING');
}
