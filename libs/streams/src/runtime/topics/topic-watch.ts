import { asError, type Cancel, type Clock, type Logger } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import { topicsOfCluster } from './source-topics.js';

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
  private looking: Promise<void> | undefined;
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

  /** Looks now. Resolves when `seen` was called. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { admin, logger, seen } = this.parts;
    this.cancel();
    try {
      const topics = await topicsOfCluster(admin);
      if (!this.isStopped) seen(topics);
    } catch (thrown) {
      if (!this.isStopped) logger.warn(`the topics of the cluster can not be looked up: ${asError(thrown).message}`);
    } finally {
      this.lookLater();
    }
  }

  private lookLater(): void {
    const { clock, maxAgeMs } = this.parts;
    if (!this.isStopped) this.cancel = clock.schedule(maxAgeMs(), () => void this.look());
  }
}
