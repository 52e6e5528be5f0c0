import { type Clock, FaultsError, type Fault } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import type { ApplicationPlan, NodeSpec, SubTopology } from '../../topology/plan.js';
import { matches } from '../task/node-graph.js';
import { planPartitions, type PartitionPlan } from './partition-plan.js';

export interface TopicKeeperOptions {
  readonly replicationFactor: number;
  /** Configuration over Kafka Streams' own for every internal topic. */
  readonly topicConfig: Readonly<Record<string, string>>;
  /** How long missing topics are waited for at start, ms. */
  readonly waitForTopicsMs: number;
}

/** Topics of an application: those of the user are required, internal ones are created and checked (InternalTopicManager). */
export class TopicKeeper {
  private readonly internal: ReadonlySet<string>;

  constructor(
    private readonly plan: ApplicationPlan,
    private readonly admin: Admin,
    private readonly clock: Clock,
    private readonly options: TopicKeeperOptions,
  ) {
    this.internal = new Set(plan.internalTopics.filter(({ kind }) => kind !== 'source as changelog').map(({ topic }) => topic));
  }

  /** Topics to subscribe to: all sources but those of global stores; patterns by what exists now. */
  async sourceTopics(): Promise<readonly string[]> {
    const patterns = this.plan.subTopologies.some(({ sourcePatterns }) => sourcePatterns.length > 0);
    const all = patterns ? [...(await this.admin.topics()).keys()] : [];
    return [...new Set(this.plan.subTopologies.flatMap((sub) => this.sourcesOf(sub, all)))].sort();
  }

  /**
   * Throws OUZEL_TOPIC_MISSING with all source and sink topics of the user that do not exist, and OUZEL_COPARTITION where their partition counts do not fit,
   * after having waited for `waitForTopics`.
   */
  async require(): Promise<void> {
    const deadline = this.clock.monotonic() + this.options.waitForTopicsMs;
    for (;;) {
      const missing = await this.missing();
      if (missing.length === 0) break;
      if (this.clock.monotonic() >= deadline) throw new FaultsError('OUZEL_TOPIC_MISSING', missing);
      await this.clock.sleep(500);
    }
    await this.partitionPlan();
  }

  /** Creates what is missing of the internal topics and checks what is there. The leader's work, before it assigns tasks. */
  async prepare(): Promise<PartitionPlan> {
    const plan = await this.partitionPlan();
    const existing = await this.admin.topics([...this.internal]);
    const faults: Fault[] = [];
    const wanted = [...plan.internal].filter(([{ kind }]) => kind !== 'source as changelog');
    for (const [{ topic }, count] of wanted) {
      const found = existing.get(topic)?.partitions;
      if (found !== undefined && found !== count) {
        faults.push({
          where: topic,
          what: `the internal topic has ${found} partitions, the topology needs ${count}`,
          help: 'The partition count of a source topic was changed: delete the internal topics of the application (its state starts anew), or give it another application id',
        });
      }
    }
    if (faults.length > 0) throw new FaultsError('OUZEL_TOPIC_MISCONFIGURED', faults);
    const { replicationFactor, topicConfig } = this.options;
    const created = wanted.filter(([{ topic }]) => !existing.has(topic));
    if (created.length > 0) {
      await this.admin.createTopics(
        created.map(([{ topic, config }, partitions]) => ({ topic, partitions, replicationFactor, config: { ...topicConfig, ...config } })),
      );
    }
    return plan;
  }

  private async partitionPlan(): Promise<PartitionPlan> {
    const topics = await this.admin.topics();
    const counts = new Map([...topics].map(([name, { partitions }]) => [name, partitions]));
    return planPartitions(this.plan.subTopologies, (sub) => this.sourcesOf(sub, [...topics.keys()]), counts);
  }

  /** Source topics of a sub-topology: named ones, and those of the existing that its patterns match. */
  sourcesOf(sub: SubTopology, existing: readonly string[]): readonly string[] {
    const matched = existing.filter((topic) => sub.sourcePatterns.some((pattern) => matches(pattern, topic)));
    return [...new Set([...sub.sourceTopics, ...matched])];
  }

  private async missing(): Promise<Fault[]> {
    const wanted = new Map<string, NodeSpec>();
    for (const { nodes } of [...this.plan.subTopologies, ...(this.plan.global === undefined ? [] : [this.plan.global])]) {
      for (const node of nodes) {
        const names = node.kind === 'source' ? node.topics : node.kind === 'sink' && typeof node.topic === 'string' ? [node.topic] : [];
        if (!(names instanceof RegExp)) for (const name of names) if (!this.isInternal(name)) wanted.set(name, node);
      }
    }
    const existing = await this.admin.topics([...wanted.keys()]);
    return [...wanted]
      .filter(([topic]) => !existing.has(topic))
      .map(([topic, { kind, name }]) => ({
        nodes: [name],
        where: `${kind} ${name}`,
        what: `topic "${topic}" does not exist`,
        help: 'Create it; or set `waitForTopics` if another application does',
      }));
  }

  private isInternal(topic: string): boolean {
    return this.internal.has(topic);
  }
}
