import { OuzelError, StateError, durationMs, type Clock, type Logger } from '@ouzel/core';
import { PartitionMap, partitionName, type Admin, type Fetcher, type Isolation, type TopicPartition } from '@ouzel/kafka';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { OffsetReset } from '../../topology/plan.js';
import type { ChangelogReader } from '../restore/changelog-reader.js';
import type { ManagedTask } from './managed-task.js';
import { matches } from '../task/node-graph.js';
import { decodeOffsetMetadata } from '../commit/offset-metadata.js';
import { resumedInputs, type CommittedPoint } from '../commit/resume-point.js';
import { TaskAssembly, type TaskInput } from '../task/task-assembly.js';
import type { TaskEnvironment } from '../task/task-environment.js';

export interface TaskCreatorParts {
  readonly environment: TaskEnvironment;
  readonly admin: Admin;
  readonly group: string;
  readonly fetcher: Fetcher;
  readonly reader: ChangelogReader;
  readonly directory: StateDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly offsetReset: OffsetReset;
  /** Decides where `latest` is: with 'read_committed' before the first open transaction. */
  readonly isolation: Isolation;
}

/** Takes a task from its folder to its first record: open, restore, seek, start. */
export class TaskCreator {
  /** Tasks whose local state could not be used when they were opened, and was removed. */
  wiped = 0;

  constructor(private readonly parts: TaskCreatorParts) {}

  /** Rejects with StateError OUZEL_STATE_CORRUPT when local state can not be brought up to date: wipe it and try again. */
  async create(managed: ManagedTask): Promise<void> {
    const { environment, directory, fetcher } = this.parts;
    const path = await directory.taskDirectory(managed.plan.fingerprint, managed.partition);
    const assembly = await TaskAssembly.open(managed.plan, managed.partition, path, environment);
    try {
      if (assembly.state.wiped !== undefined) {
        this.wiped++;
        this.parts.logger.warn(`task ${managed.name}: local state was wiped, ${assembly.state.wiped}`);
      }
      const committed = await this.committed(managed);
      managed.state = 'RESTORING';
      const changelogEnds = await this.restore(managed, assembly, committed);
      if (managed.isAbandoned) return await assembly.close();
      const inputs = await this.inputs(managed, committed, resumedInputs(assembly.state.bookmark, committed, changelogEnds));
      managed.task = await assembly.start(inputs, changelogEnds);
      managed.state = 'RUNNING';
      for (const { topic, offset } of inputs) fetcher.assign({ topic, partition: managed.partition }, offset);
    } catch (thrown) {
      await assembly.close();
      throw thrown;
    }
  }

  /** Where reading begins again when Kafka no longer has, or never had, an offset of this partition. */
  async reset(managed: ManagedTask, partition: TopicPartition, why: string): Promise<number> {
    const policy = this.policyOf(managed, partition.topic);
    const where = `${partition.topic}-${partition.partition}`;
    if (policy === 'none')
      throw new OuzelError('OUZEL_DRIVER', {
        what: `${why}, and the offset reset is 'none'`,
        where,
        help: "Give the source `offsetReset: 'earliest'` or 'latest'.",
      });
    const query = typeof policy === 'object' ? { at: this.parts.clock.now() - durationMs(policy.byDuration) } : policy;
    const [found] = await this.parts.admin.listOffsets([partition], query, this.parts.isolation);
    return found!.offset;
  }

  private policyOf(managed: ManagedTask, topic: string): OffsetReset {
    const source = managed.plan.nodes.find(
      (node) => node.kind === 'source' && (node.topics instanceof RegExp ? matches(node.topics, topic) : node.topics.includes(topic)),
    );
    const own = source?.kind === 'source' ? source.offsetReset : undefined;
    const isInternal = managed.plan.repartitionTopics.some((repartition) => repartition.topic === topic);
    return isInternal ? 'earliest' : (own ?? this.parts.offsetReset);
  }

  private async committed(managed: ManagedTask): Promise<PartitionMap<CommittedPoint>> {
    const committed = new PartitionMap<CommittedPoint>();
    for (const { topic, partition, offset, metadata } of await this.parts.admin.committedOffsets(this.parts.group, managed.inputs))
      committed.set({ topic, partition }, { offset, metadata });
    return committed;
  }

  private async inputs(
    managed: ManagedTask,
    committed: PartitionMap<CommittedPoint>,
    resumed: PartitionMap<CommittedPoint> | undefined,
  ): Promise<TaskInput[]> {
    const inputs: TaskInput[] = [];
    for (const input of managed.inputs) {
      const { topic } = input;
      const found = committed.get(input) ?? { offset: -1, metadata: '' };
      const begin = resumed?.get(input) ?? found;
      const offset = begin.offset >= 0 ? begin.offset : await this.reset(managed, input, 'nothing was committed');
      if (begin.offset > found.offset)
        this.parts.logger.info(
          `task ${managed.name}: local state contains ${partitionName(input)} up to ${offset}, committed was ${found.offset}`,
        );
      inputs.push({ topic, offset, metadata: decodeOffsetMetadata(begin.metadata), committed: found });
    }
    return inputs;
  }

  /** Returns where the changelogs of the stores end, by topic. */
  private async restore(
    managed: ManagedTask,
    assembly: TaskAssembly,
    committed: PartitionMap<CommittedPoint>,
  ): Promise<ReadonlyMap<string, number>> {
    const { reader, logger } = this.parts;
    const { state } = assembly;
    const { partition } = managed;
    const restores = [];
    const ends = new Map<string, number>();
    for (const { spec, changelog, sourceAsChangelog } of managed.plan.stores) {
      if (changelog === undefined) continue;
      const request = {
        topic: changelog,
        partition,
        store: spec.name,
        taskName: managed.name,
        from: state.changelogOffset(spec.name),
        committedAt: state.committedAt,
        ...(sourceAsChangelog ? { upTo: Math.max(0, committed.get({ topic: changelog, partition })?.offset ?? 0) } : {}),
        apply: (records: Parameters<typeof state.restore>[1], next: number) => state.restore(spec.name, records, next),
      };
      const restore = await reader.begin(request);
      restores.push(restore);
      if (!sourceAsChangelog) ends.set(changelog, restore.progress.endOffset);
    }
    managed.progress = restores.map(({ progress }) => progress);
    const results = await Promise.allSettled(restores.map(({ finished }) => finished));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined)
      throw failed.reason instanceof Error ? failed.reason : new StateError('OUZEL_STATE', { what: String(failed.reason) });
    for (const { progress } of restores) {
      const from = progress.resumedAt === undefined ? 'began from nothing' : `resumed at offset ${progress.resumedAt}`;
      logger.info(`task ${managed.name}: store "${progress.store}" ${from}, restored ${progress.records}`);
    }
    return ends;
  }
}
