import { type Clock, asError } from '@ouzel/core';
import type { Admin, Fetched, Fetcher, Isolation, TopicPartition } from '@ouzel/kafka';
import type { ChangelogRecord, StateStore } from '../../state/state-store.js';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { GlobalPlan, SubTopology } from '../../topology/plan.js';
import type { OffsetMetadata } from '../commit/offset-metadata.js';
import { RestoreProgress, restoreEvent, type RestoreEvent } from '../restore/restore-progress.js';
import type { RecordQueue } from '../task/record-queue.js';
import type { StreamTask } from '../task/stream-task.js';
import { TaskAssembly } from '../task/task-assembly.js';
import type { GlobalStoreLookup, TaskEnvironment } from '../task/task-environment.js';

export interface GlobalStoresParts {
  readonly plan: GlobalPlan;
  readonly environment: TaskEnvironment;
  readonly directory: StateDirectory;
  readonly admin: Admin;
  /** Of its own: global topics are read without a group. */
  readonly fetcher: Fetcher;
  /** Decides where a topic ends: with 'read_committed' before the first open transaction. */
  readonly isolation: Isolation;
  readonly clock: Clock;
  readonly commitIntervalMs: number;
  restoring(event: RestoreEvent): void;
  failed(error: Error): void;
}

interface Input extends TopicPartition {
  readonly store: string;
  readonly progress: RestoreProgress;
}

const name = 'global';
const unknownTime: OffsetMetadata = { partitionTime: -1, times: new Map() };

/**
 * Stores that this instance holds whole (GlobalStreamThread): filled from all partitions of their topics before any task may process, and kept up by a reader
 * of its own. They are built anew at each start. While they are filled, records go straight into a store, or through its processor where the topology says so.
 */
export class GlobalStores implements GlobalStoreLookup {
  private assembly: TaskAssembly | undefined;
  private task: StreamTask | undefined;
  private inputs: readonly Input[] = [];
  /** Partition counts of the cluster's topics as seen last, until they are looked through. */
  private seen: ReadonlyMap<string, number> | undefined;
  private loop: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(private readonly parts: GlobalStoresParts) {}

  has(store: string): boolean {
    return this.parts.plan.stores.some(({ spec }) => spec.name === store);
  }

  get(store: string): StateStore | undefined {
    return this.assembly?.state.stores.get(store);
  }

  /** How far each partition is. */
  get progress(): readonly RestoreProgress[] {
    return this.inputs.map(({ progress }) => progress);
  }

  /** Resolves when everything that was in the topics is in the stores; from then on the reader goes on in the background. */
  async start(): Promise<void> {
    const { plan, environment, directory, fetcher } = this.parts;
    await directory.wipeTask(name, 0);
    const path = await directory.taskDirectory(name, 0);
    this.assembly = await TaskAssembly.open(subTopologyOf(plan), 0, path, { ...environment, cache: undefined });
    this.inputs = await this.findInputs();
    this.task = await this.assembly.start(
      this.inputs.map(({ topic, partition, progress }) => ({
        topic,
        partition,
        offset: progress.startOffset,
        metadata: unknownTime,
      })),
    );
    for (const { topic, partition, progress } of this.inputs) fetcher.assign({ topic, partition }, progress.startOffset);
    for (const { progress } of this.inputs) this.parts.restoring(restoreEvent('start', progress));
    while (!this.stopping && this.inputs.some(({ progress }) => !progress.isComplete)) await this.turn();
    this.loop = this.follow().catch((thrown: unknown) => this.parts.failed(asError(thrown)));
  }

  /** Partitions that a topic has got since are read from their beginning. */
  topicsSeen(topics: ReadonlyMap<string, number>): void {
    this.seen = topics;
    this.parts.fetcher.wake();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.parts.fetcher.wake();
    await this.loop;
    await this.parts.fetcher.close();
    await (this.task?.close() ?? this.assembly?.close());
  }

  private async findInputs(): Promise<Input[]> {
    const { plan, admin, isolation } = this.parts;
    const topics = await admin.topics(plan.sourceTopics);
    const inputs: Input[] = [];
    for (const { spec, changelog } of plan.stores) {
      const partitions = Array.from({ length: topics.get(changelog!)?.partitions ?? 0 }, (_, partition) => ({
        topic: changelog!,
        partition,
      }));
      const earliest = await admin.listOffsets(partitions, 'earliest', isolation);
      const latest = await admin.listOffsets(partitions, 'latest', isolation);
      for (const { topic, partition, offset: start } of earliest) {
        const end = latest.find((other) => other.partition === partition)!.offset;
        inputs.push({ topic, partition, store: spec.name, progress: new RestoreProgress(spec.name, name, undefined, start, end, start) });
      }
    }
    return inputs;
  }

  private async follow(): Promise<void> {
    let lastCommit = this.parts.clock.monotonic();
    while (!this.stopping) {
      await this.turn();
      await this.addPartitions();
      if (this.parts.clock.monotonic() - lastCommit < this.parts.commitIntervalMs) continue;
      lastCommit = this.parts.clock.monotonic();
      const { state } = this.assembly!;
      await state.commit(state.freeze(), new Map());
    }
  }

  private async addPartitions(): Promise<void> {
    const { seen } = this;
    this.seen = undefined;
    if (seen === undefined) return;
    const { plan, admin, isolation, fetcher } = this.parts;
    for (const { spec, changelog } of plan.stores) {
      const topic = changelog!;
      const known = this.inputs.filter((input) => input.topic === topic).length;
      const added = Array.from({ length: Math.max(0, (seen.get(topic) ?? 0) - known) }, (_, i) => ({ topic, partition: known + i }));
      for (const { partition, offset } of await admin.listOffsets(added, 'earliest', isolation)) {
        const progress = new RestoreProgress(spec.name, name, undefined, offset, offset, offset);
        this.inputs = [...this.inputs, { topic, partition, store: spec.name, progress }];
        this.assembly!.addInput(this.task!, { topic, partition, offset, metadata: unknownTime });
        fetcher.assign({ topic, partition }, offset);
      }
    }
  }

  private async turn(): Promise<void> {
    const { fetcher, clock } = this.parts;
    const fetched = fetcher.take(10_000);
    for (const batch of fetched) await this.apply(batch);
    if (fetched.length === 0) await fetcher.wait(100);
    else await clock.turn();
  }

  private async apply(batch: Fetched): Promise<void> {
    if (batch.error !== undefined) throw batch.error;
    const input = this.inputs.find(({ topic, partition }) => topic === batch.topic && partition === batch.partition)!;
    const { progress, store } = input;
    const isFilling = !progress.isComplete;
    if (isFilling && !this.parts.plan.reprocessed.has(store)) await this.copy(store, batch);
    else await this.process(batch);
    progress.records += batch.records.length;
    progress.position = batch.nextOffset;
    if (isFilling) this.parts.restoring(restoreEvent(progress.isComplete ? 'end' : 'batch', progress));
  }

  private async copy(store: string, { records, nextOffset }: Fetched): Promise<void> {
    const kept = records.filter((record) => record.key !== null) as readonly (ChangelogRecord & { readonly offset: number })[];
    await this.assembly!.state.restore(store, kept, nextOffset);
  }

  private async process({ topic, partition, records, nextOffset }: Fetched): Promise<void> {
    const task = this.task!;
    const queue = task.queues.find((each: RecordQueue) => each.topic === topic && each.partition === partition)!;
    task.add(queue, records, nextOffset);
    while (task.run(() => false, 0) > 0 || task.isBusy) await task.idle();
    task.check();
  }
}

/** The global part as one sub-topology, so that it is a task like any other. */
function subTopologyOf({ nodes, stores, sourceTopics }: GlobalPlan): SubTopology {
  return {
    id: -1,
    fingerprint: name,
    nodes,
    stores,
    sourceTopics,
    sourcePatterns: [],
    sinkTopics: [],
    repartitionTopics: [],
    changelogTopics: [],
    copartitioned: [],
  };
}
