import { FaultsError, type Fault } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import type { SizedInternalTopic } from './partition-plan.js';

export interface InternalTopicsOptions {
  readonly applicationId: string;
  /** -1: the default of the broker. */
  readonly replicationFactor: number;
}

/**
 * The repartition topics and changelogs of an application, which the leader of its group creates and checks
 * (InternalTopicManager).
 */
export class InternalTopics {
  constructor(
    private readonly admin: Admin,
    private readonly options: InternalTopicsOptions,
  ) {}

  /**
   * Creates the topics that do not exist, and adds them to `existing`, the partition counts of the cluster. Throws
   * OUZEL_TOPIC_MISCONFIGURED with all topics that exist with another partition count than they need; then none is
   * created.
   */
  async ensure(wanted: readonly SizedInternalTopic[], existing: Map<string, number>): Promise<void> {
    const { applicationId, replicationFactor } = this.options;
    const faults: Fault[] = [];
    const missing: SizedInternalTopic[] = [];
    for (const topic of wanted) {
      const found = existing.get(topic.topic);
      // Another member may have announced the topic. It can not have topics created that do not belong to this
      // application.
      if (!topic.topic.startsWith(`${applicationId}-`)) faults.push(foreign(topic.topic, applicationId));
      else if (found === undefined) missing.push(topic);
      else if (found !== topic.count) faults.push(misfit(topic, found));
    }
    if (faults.length > 0) throw new FaultsError('OUZEL_TOPIC_MISCONFIGURED', faults);
    if (missing.length === 0) return;
    await this.admin.createTopics(missing.map(({ topic, count, config }) => ({ topic, partitions: count, replicationFactor, config })));
    for (const { topic, count } of missing) existing.set(topic, count);
  }
}

function misfit({ topic, count }: SizedInternalTopic, found: number): Fault {
  return {
    where: topic,
    what: `the internal topic has ${found} partitions, the topology needs ${count}`,
    help: 'The partition count of a source topic was changed: delete the internal topics of the application (its state starts anew), or give it another application id',
  };
}

function foreign(topic: string, applicationId: string): Fault {
  return { where: topic, what: `the name of an internal topic must begin with "${applicationId}-"` };
}
