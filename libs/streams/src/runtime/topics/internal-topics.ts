import { FaultsError, OuzelError, type Fault, type Logger } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import type { SizedInternalTopic } from './partition-plan.js';

export interface InternalTopicsOptions {
  readonly applicationId: string;
  /** -1: the default of the broker. */
  readonly replicationFactor: number;
  readonly logger: Logger;
}

/**
 * The repartition topics and changelogs of an application, which the leader of its group creates and checks
 * (InternalTopicManager).
 */
export class InternalTopics {
  /** Topics whose configuration has been checked. */
  private readonly checked = new Set<string>();

  constructor(
    private readonly admin: Admin,
    private readonly options: InternalTopicsOptions,
  ) {}

  /**
   * Creates the topics that do not exist, and adds them to `existing`, the partition counts of the cluster. Throws
   * OUZEL_TOPIC_MISCONFIGURED with all topics that exist with another partition count than they need, or whose cleanup
   * would lose records; then none is created. Kafka Streams looks at the partition count only.
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
    const present = wanted.filter(({ topic }) => existing.has(topic) && !this.checked.has(topic));
    const policies = await this.policiesOf(present.map(({ topic }) => topic));
    faults.push(...present.flatMap((topic) => misplacedCleanup(topic, policies.get(topic.topic))));
    if (faults.length > 0) throw new FaultsError('OUZEL_TOPIC_MISCONFIGURED', faults);
    for (const { topic } of wanted) this.checked.add(topic);
    if (missing.length === 0) return;
    await this.admin.createTopics(missing.map(({ topic, count, config }) => ({ topic, partitions: count, replicationFactor, config })));
    for (const { topic, count } of missing) existing.set(topic, count);
  }

  /** Returns the cleanup policy of each topic, and none where this client may not read configurations. */
  private async policiesOf(topics: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
    if (topics.length === 0) return new Map();
    try {
      const configs = await this.admin.topicConfigs(topics);
      return new Map([...configs].map(([topic, config]) => [topic, config['cleanup.policy']]));
    } catch (thrown) {
      if (!(thrown instanceof OuzelError) || thrown.code !== 'OUZEL_UNAUTHORIZED') throw thrown;
      this.options.logger.warn(`the configuration of internal topics can not be checked: ${thrown.message}`);
      return new Map();
    }
  }
}

/** Returns a fault where the cleanup of a topic removes records that are still needed: rows, or input not yet read. */
function misplacedCleanup({ topic, config }: SizedInternalTopic, found: string | undefined): Fault[] {
  if (found === undefined) return [];
  const needed = config['cleanup.policy'] ?? 'delete';
  const loses = (policy: string) => found.includes(policy) && !needed.includes(policy);
  if (!loses('compact') && !loses('delete')) return [];
  return [
    {
      where: topic,
      what: `the internal topic has cleanup.policy=${found}, which loses records; it needs ${needed}`,
      help: `Set cleanup.policy=${needed} on the topic, and let only this application write it and change it`,
    },
  ];
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
