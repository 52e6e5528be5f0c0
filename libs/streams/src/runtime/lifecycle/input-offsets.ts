import { durationMs, OuzelError, type Clock, type Logger } from '@ouzel/core';
import { PartitionMap, partitionName, type Admin, type Isolation, type TopicPartition } from '@ouzel/kafka';
import type { OffsetReset, SubTopology } from '../../topology/plan.js';
import { decodeOffsetMetadata } from '../task/offset-metadata.js';
import type { CommittedPoint } from '../task/resume-point.js';
import { isSourceOf } from '../topics/source-topics.js';
import type { TaskInput } from '../task/open-task.js';

export interface InputOffsetsParts {
  readonly admin: Admin;
  readonly group: string;
  readonly offsetReset: OffsetReset;
  /** Decides where `latest` is: with 'read_committed' before the first open transaction. */
  readonly isolation: Isolation;
  readonly clock: Clock;
  readonly logger: Logger;
}

const nothing: CommittedPoint = { offset: -1, metadata: '' };

/**
 * Where tasks begin to read their inputs: at what the group has committed, at what local state contains, or where the
 * offset reset says.
 */
export class InputOffsets {
  constructor(private readonly parts: InputOffsetsParts) {}

  /** Returns what the group has committed. */
  async committed(inputs: readonly TopicPartition[]): Promise<PartitionMap<CommittedPoint>> {
    const committed = new PartitionMap<CommittedPoint>();
    for (const { topic, partition, offset, metadata } of await this.parts.admin.committedOffsets(this.parts.group, inputs))
      committed.set({ topic, partition }, { offset, metadata });
    return committed;
  }

  /** Returns where each input begins. `resumed`: where the bookmark of local state says, if it counts. */
  async begins(
    task: { readonly name: string; readonly plan: SubTopology; readonly inputs: readonly TopicPartition[] },
    committed: PartitionMap<CommittedPoint>,
    resumed: PartitionMap<CommittedPoint> | undefined,
  ): Promise<TaskInput[]> {
    const inputs: TaskInput[] = [];
    for (const input of task.inputs) {
      const found = committed.get(input) ?? nothing;
      const begin = resumed?.get(input) ?? found;
      const offset = begin.offset >= 0 ? begin.offset : await this.reset(task.plan, input, 'nothing was committed');
      if (begin.offset > found.offset)
        this.parts.logger.info(
          `task ${task.name}: local state contains ${partitionName(input)} up to ${offset}, committed was ${found.offset}`,
        );
      inputs.push({ topic: input.topic, offset, metadata: decodeOffsetMetadata(begin.metadata), committed: found });
    }
    return inputs;
  }

  /**
   * Returns where reading begins again when Kafka no longer has, or never had, an offset of this input. Rejects where
   * the offset reset is 'none'.
   */
  async reset(plan: SubTopology, input: TopicPartition, why: string): Promise<number> {
    const policy = this.policyOf(plan, input.topic);
    if (policy === 'none')
      throw new OuzelError('OUZEL_DRIVER', {
        what: `${why}, and the offset reset is 'none'`,
        where: partitionName(input),
        help: "Give the source `offsetReset: 'earliest'` or 'latest'.",
      });
    const query = typeof policy === 'object' ? { at: this.parts.clock.now() - durationMs(policy.byDuration) } : policy;
    const [found] = await this.parts.admin.listOffsets([input], query, this.parts.isolation);
    return found!.offset;
  }

  /**
   * Returns where a topic begins that was deleted and created again. The offset reset does not decide: the tasks have
   * read none of its records.
   */
  async beginning(input: TopicPartition): Promise<number> {
    const [found] = await this.parts.admin.listOffsets([input], 'earliest', this.parts.isolation);
    return found!.offset;
  }

  private policyOf({ nodes, repartitionTopics }: SubTopology, topic: string): OffsetReset {
    if (repartitionTopics.some((repartition) => repartition.topic === topic)) return 'earliest';
    const source = nodes.find((node) => node.kind === 'source' && isSourceOf(node, topic));
    return (source?.kind === 'source' ? source.offsetReset : undefined) ?? this.parts.offsetReset;
  }
}
