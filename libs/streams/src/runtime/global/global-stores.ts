import { handled, settledBefore, type Clock } from '@ouzel/core';
import { PartitionMap, type Admin, type Fetched, type Isolation, type TopicPartition } from '@ouzel/kafka';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { StateStore } from '../../state/state-store.js';
import type { GlobalPlan } from '../../topology/plan.js';
import type { ReaderLoop } from '../restore/reader-loop.js';
import { RestoreProgress, restoreEvent, type RestoreEvent } from '../restore/restore-progress.js';
import { keyed } from '../restore/store-restore.js';
import { OpenTask, type TaskInput } from '../task/open-task.js';
import type { PendingCall } from '../task/pending-call.js';
import type { StreamTask } from '../task/stream-task.js';
import type { GlobalStoreLookup, TaskEnvironment } from '../task/task-environment.js';
import { globalSubTopology } from './global-sub-topology.js';

export interface GlobalStoresParts {
  readonly plan: GlobalPlan;
  readonly environment: TaskEnvironment;
  readonly directory: StateDirectory;
  readonly admin: Admin;
  /** Reads the topics, without a group. */
  readonly reader: ReaderLoop;
  /** Decides where a topic ends: with 'read_committed' before the first open transaction. */
  readonly isolation: Isolation;
  readonly clock: Clock;
  readonly commitIntervalMs: number;
  restoring(event: RestoreEvent): void;
  failed(error: Error): void;
}

/** A partition that is read whole, and the store that it fills. */
interface Input extends TopicPartition {
  readonly store: string;
  readonly progress: RestoreProgress;
}

const name = 'global';

/**
 * The global stores of this instance (GlobalStreamThread). They are filled from all partitions of their topics before
 * any task may process, and kept up to date afterwards. They are built anew at each start. While they are filled,
 * records go straight into a store, or through its processor where the topology asks for that.
 */
export class GlobalStores implements GlobalStoreLookup {
  private starting: Promise<void> | undefined;
  private opened: OpenTask | undefined;
  private isStopped = false;
  /** Settles when the batch that was handed over last is applied. */
  private applying: Promise<void> = Promise.resolve();
  private task: StreamTask | undefined;
  private readonly inputs = new PartitionMap<Input>();
  private isComplete = false;
  private filled: () => void = () => {};
  private fillFailed: (error: Error) => void = () => {};
  private lastCommit = 0;

  constructor(private readonly parts: GlobalStoresParts) {}

  has(store: string): boolean {
    return this.parts.plan.stores.some(({ spec }) => spec.name === store);
  }

  get(store: string): StateStore | undefined {
    return this.opened?.state.stores.get(store);
  }

  /** Whether the stores contain all that was in their topics at the start. */
  get isFilled(): boolean {
    return this.isComplete;
  }

  /** How far each partition is. */
  get progress(): readonly RestoreProgress[] {
    return [...this.inputs.values()].map(({ progress }) => progress);
  }

  /** Returns user code that was called before `limit`, on the monotonic clock, and is still at work. */
  pendingCall(limit: number): PendingCall | undefined {
    return this.opened?.pendingCall(limit);
  }

  /**
   * Resolves when the stores are filled, or `stop` is called. From then on they are kept up to date in the background.
   */
  start(): Promise<void> {
    this.starting = this.fill();
    return this.starting;
  }

  /** Reads the partitions that topics have got since the start, from their beginning. */
  topicsSeen(topics: ReadonlyMap<string, number>): void {
    if (this.isComplete) this.addPartitions(topics).catch((thrown: unknown) => this.parts.failed(thrown as Error));
  }

  /**
   * Stops reading and closes the stores, also those that are just being opened. Waits for user code that is at work
   * until `patience` is aborted.
   */
  async stop(patience?: AbortSignal): Promise<void> {
    this.isStopped = true;
    for (const input of this.inputs.keys()) this.parts.reader.stop(input);
    this.filled();
    // A failure of the start is for its caller to report.
    const started = this.starting?.catch(() => undefined);
    if (started !== undefined && !(await settledBefore(started, patience))) handled(started.then(() => this.opened?.close()));
    await this.opened?.close(patience);
  }

  private async fill(): Promise<void> {
    const { plan, environment, directory, clock } = this.parts;
    await directory.wipeTask(name, 0);
    const path = await directory.taskDirectory(name, 0);
    const opened = (this.opened = await OpenTask.open(globalSubTopology(plan), 0, path, { ...environment, cache: undefined }));
    if (this.isStopped) return;
    const inputs = await this.findInputs();
    if (this.isStopped) return;
    this.task = await opened.start(inputs.map(taskInput));
    if (this.isStopped) return;
    this.lastCommit = clock.monotonic();
    const filled = new Promise<void>((resolve, reject) => {
      this.filled = resolve;
      this.fillFailed = reject;
    });
    for (const input of inputs) this.read(input);
    this.checkFilled();
    await filled;
  }

  private async findInputs(): Promise<Input[]> {
    const { plan, admin, isolation } = this.parts;
    const topics = await admin.topics(plan.sourceTopics);
    const inputs: Input[] = [];
    for (const { spec, changelog: topic } of plan.stores) {
      const partitions = partitionsOf(topic!, 0, topics.get(topic!)?.partitions ?? 0);
      const earliest = await admin.listOffsets(partitions, 'earliest', isolation);
      const latest = await admin.listOffsets(partitions, 'latest', isolation);
      for (const { partition, offset: start } of earliest) {
        const end = latest.find((other) => other.partition === partition)!.offset;
        inputs.push(inputOf(topic!, partition, spec.name, start, end));
      }
    }
    return inputs;
  }

  private async addPartitions(topics: ReadonlyMap<string, number>): Promise<void> {
    const { plan, admin, isolation } = this.parts;
    for (const { spec, changelog: topic } of plan.stores) {
      const known = [...this.inputs.keys()].filter((input) => input.topic === topic).length;
      const added = partitionsOf(topic!, known, topics.get(topic!) ?? 0);
      if (added.length === 0) continue;
      for (const { partition, offset } of await admin.listOffsets(added, 'earliest', isolation)) {
        if (this.inputs.has({ topic: topic!, partition })) continue;
        const input = inputOf(topic!, partition, spec.name, offset, offset);
        this.opened!.addInput(this.task!, taskInput(input));
        this.read(input);
      }
    }
  }

  private read(input: Input): void {
    const { reader, restoring, failed } = this.parts;
    this.inputs.set(input, input);
    if (!input.progress.isComplete) restoring(restoreEvent('start', input.progress));
    reader.read(input, input.progress.position, {
      apply: (batch) => this.applyNext(input, batch),
      failed: (error) => (this.isComplete ? failed(error) : this.fillFailed(error)),
    });
  }

  /** Batches of all partitions come to one task: one after the other. */
  private applyNext(input: Input, batch: Fetched): Promise<void> {
    const apply = () => this.apply(input, batch);
    return (this.applying = this.applying.then(apply, apply));
  }

  private async apply(input: Input, batch: Fetched): Promise<void> {
    if (this.isStopped) return;
    if (batch.error !== undefined) throw batch.error;
    const { progress, store } = input;
    const isFilling = !progress.isComplete;
    if (isFilling && !this.parts.plan.reprocessed.has(store)) await this.copy(store, batch);
    else await this.process(batch);
    progress.records += batch.records.length;
    progress.position = batch.nextOffset;
    if (isFilling) this.parts.restoring(restoreEvent(progress.isComplete ? 'end' : 'batch', progress));
    if (progress.isComplete) this.checkFilled();
    await this.commitIfDue();
  }

  private async copy(store: string, { records, nextOffset }: Fetched): Promise<void> {
    await this.opened!.state.restore(store, keyed(records), nextOffset);
  }

  private async process({ topic, partition, records, nextOffset }: Fetched): Promise<void> {
    const task = this.task!;
    const queue = task.queues.find((each) => each.topic === topic && each.partition === partition)!;
    task.add(queue, records, nextOffset);
    while (task.run(() => false, 0) > 0 || task.isBusy) await task.idle();
    task.check();
  }

  private checkFilled(): void {
    if (this.isComplete || !this.progress.every(({ isComplete }) => isComplete)) return;
    this.isComplete = true;
    this.filled();
  }

  private async commitIfDue(): Promise<void> {
    const { clock, commitIntervalMs } = this.parts;
    if (clock.monotonic() - this.lastCommit < commitIntervalMs) return;
    this.lastCommit = clock.monotonic();
    const { state } = this.opened!;
    await state.commit(state.freeze(), new Map());
  }
}

function partitionsOf(topic: string, from: number, count: number): TopicPartition[] {
  return Array.from({ length: Math.max(0, count - from) }, (_, i) => ({ topic, partition: from + i }));
}

function inputOf(topic: string, partition: number, store: string, start: number, end: number): Input {
  return { topic, partition, store, progress: new RestoreProgress(store, name, undefined, start, end, start) };
}

function taskInput({ topic, partition, progress }: Input): TaskInput {
  return { topic, partition, offset: progress.startOffset, metadata: { partitionTime: -1, times: new Map() } };
}
