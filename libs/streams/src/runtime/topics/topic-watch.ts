import { asError, type Cancel, type Clock, type Logger } from '@ouzel/core';
import type { Admin, TopicPartition } from '@ouzel/kafka';
import { topicsOfCluster } from './source-topics.js';

/** How often a partition that can not be read is looked for, ms. */
const missingLookMs = 500;

export interface TopicWatchParts {
  readonly admin: Admin;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Returns how long to wait until the next look, ms (metadata.max.age.ms). Called before each wait. */
  maxAgeMs(): number;
  /** Called after each look with the partition counts of all topics, by topic. */
  seen(topics: ReadonlyMap<string, number>): void;
}

/**
 * Looks at regular times which topics the cluster has, and how many partitions they have. After a look that fails the
 * next one is tried as usual.
 */
export class TopicWatch {
  private cancel: Cancel = () => {};
  private looking: Promise<ReadonlyMap<string, number> | undefined> | undefined;
  private isStopped = false;

  constructor(private readonly parts: TopicWatchParts) {}

  /** Begins to look at regular times. The first look comes after the first wait. */
  start(): void {
    this.lookLater();
  }

  stop(): void {
    this.isStopped = true;
    this.cancel();
  }

  /**
   * Looks now. Resolves to the partition counts of all topics, by topic, when `seen` was called with them; to undefined
   * where the look failed.
   */
  look(): Promise<ReadonlyMap<string, number> | undefined> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /**
   * Looks until the cluster has a partition. Resolves to true then, and to false when the partition is not wanted any
   * more.
   */
  async untilThere({ topic, partition }: TopicPartition, isWanted: () => boolean): Promise<boolean> {
    while (!this.isStopped && isWanted()) {
      const topics = await this.look();
      if ((topics?.get(topic) ?? 0) > partition) return isWanted();
      await this.parts.clock.sleep(missingLookMs);
    }
    return false;
  }

  private async lookOnce(): Promise<ReadonlyMap<string, number> | undefined> {
    const { admin, logger, seen } = this.parts;
    this.cancel();
    try {
      const topics = await topicsOfCluster(admin);
      if (!this.isStopped) seen(topics);
      return topics;
    } catch (thrown) {
      if (!this.isStopped) logger.warn(`the topics of the cluster can not be looked up: ${asError(thrown).message}`);
      return undefined;
    } finally {
      this.lookLater();
    }
  }

  private lookLater(): void {
    const { clock, maxAgeMs } = this.parts;
    if (!this.isStopped) this.cancel = clock.schedule(maxAgeMs(), () => void this.look());
  }
}
