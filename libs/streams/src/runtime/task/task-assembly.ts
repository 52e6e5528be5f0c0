import type { Producer } from '@ouzel/kafka';
import type { RecordCache } from '../../state/cache/record-cache.js';
import type { RowCache } from '../../state/cache/row-cache.js';
import type { StateStore } from '../../state/state-store.js';
import { TaskState } from '../../state/database/task-state.js';
import type { SubTopology } from '../../topology/plan.js';
import { timestamps } from '../../processor/timestamps.js';
import type { PartitionCounts } from '../topics/partition-counts.js';
import { IdleSources } from './idle-sources.js';
import { NodeGraph, type SerdeDefaults } from './node-graph.js';
import type { OffsetMetadata } from '../commit/offset-metadata.js';
import { TaskProgress, type CommittedPoint } from '../commit/resume-point.js';
import { PartitionGroup, type InputLag } from './partition-group.js';
import { RecordCollector } from './record-collector.js';
import { RecordQueue } from './record-queue.js';
import { StreamTask } from './stream-task.js';
import { TaskContext, type TaskServices } from './task-context.js';
import { taskName, type TaskId } from './task-id.js';

/** What all tasks of an application are made with. */
export interface TaskEnvironment {
  readonly services: TaskServices;
  readonly defaults: SerdeDefaults;
  readonly producer: Producer;
  readonly counts: PartitionCounts;
  readonly cache: RecordCache | undefined;
  readonly rowCache?: RowCache | undefined;
  /** Local state that was committed longer ago than this is removed at opening. Default: never. */
  readonly stateMaxAgeMs?: number;
  readonly lag: InputLag;
  readonly maxTaskIdleMs: number;
  /** How long inputs deliver nothing before event time goes on without them, ms; 0: never. */
  readonly idleSourceTimeoutMs?: number;
  /** Stores that every instance holds whole; any processor may ask for them. */
  readonly globalStore?: (name: string) => StateStore | undefined;
}

/** Where an input of a task begins. */
export interface TaskInput {
  readonly topic: string;
  /** The task's own unless given: global stores read all partitions. */
  readonly partition?: number;
  readonly offset: number;
  readonly metadata: OffsetMetadata;
  /** What the group has committed. Default: nothing. */
  readonly committed?: CommittedPoint;
}

const nothingCommitted: CommittedPoint = { offset: -1, metadata: '' };

/** A task whose stores are open, before it may process: they can be restored, and then it can be started. */
export class TaskAssembly {
  private graph: NodeGraph | undefined;

  private constructor(
    readonly id: TaskId,
    private readonly plan: SubTopology,
    private readonly environment: TaskEnvironment,
    private readonly context: TaskContext,
    private readonly collector: RecordCollector,
    readonly state: TaskState,
  ) {}

  /** `directory` null: everything in memory. */
  static async open(plan: SubTopology, partition: number, directory: string | null, environment: TaskEnvironment): Promise<TaskAssembly> {
    const id: TaskId = { subtopology: plan.id, partition };
    const { services, producer, counts, cache, rowCache, stateMaxAgeMs } = environment;
    const context = new TaskContext(taskName(id), partition, services);
    const { handlers } = services;
    const keepsOrigins =
      typeof handlers.production === 'function' || (handlers.deadLetterTopic !== undefined && handlers.production === 'continue');
    const collector = new RecordCollector(partition, producer, counts, context, keepsOrigins);
    const state = await TaskState.open({
      directory,
      applicationId: services.applicationId,
      fingerprint: plan.fingerprint,
      partition,
      stores: plan.stores,
      context,
      cache,
      rowCache,
      clock: services.clock,
      maxAgeMs: stateMaxAgeMs,
    });
    const changelogs = new Map(plan.stores.map(({ spec, changelog }) => [spec.name, changelog ?? '']));
    context.attach({ collector, changelogs, stores: (name) => state.stores.get(name) ?? environment.globalStore?.(name) });
    return new TaskAssembly(id, plan, environment, context, collector, state);
  }

  /** Makes and initialises the nodes. Stores must be up to date. `changelogEnds`: the next offsets of the changelogs, by topic. */
  async start(inputs: readonly TaskInput[], changelogEnds: ReadonlyMap<string, number> = new Map()): Promise<StreamTask> {
    const { defaults, lag, maxTaskIdleMs, idleSourceTimeoutMs = 0 } = this.environment;
    const graph = (this.graph = await NodeGraph.create(this.plan.nodes, defaults));
    const queues = inputs.map((input) => this.queue(graph, input));
    const group = new PartitionGroup(queues, lag, maxTaskIdleMs);
    this.context.attach({ streamTime: () => group.streamTime });
    const idleSources = idleSourceTimeoutMs > 0 ? new IdleSources(group, lag, idleSourceTimeoutMs, this.context.systemTime()) : undefined;
    const task = new StreamTask(this.id, {
      context: this.context,
      graph,
      group,
      collector: this.collector,
      state: this.state,
      progress: new TaskProgress(
        inputs.map(({ topic, partition = this.id.partition, committed = nothingCommitted }) => ({ topic, partition, committed })),
        changelogEnds,
      ),
      idleSources,
    });
    await task.init();
    return task;
  }

  /** A topic of a running task has got a partition that the task reads too. */
  addInput(task: StreamTask, input: TaskInput): void {
    task.addQueue(this.queue(this.graph!, input));
  }

  /** Gives the task up before it was started. */
  close(): Promise<void> {
    return this.state.close();
  }

  private queue(graph: NodeGraph, { topic, partition = this.id.partition, offset, metadata }: TaskInput): RecordQueue {
    const { context } = this;
    const decoding = graph.decoding(topic)!;
    const timestamp = decoding.timestamp === timestamps.wallClock ? () => context.systemTime() : decoding.timestamp;
    const queue = new RecordQueue(topic, partition, { ...decoding, timestamp }, offset, {
      invalidTimestamp: (_record, { decoding }) => context.drop('invalid-timestamp', decoding.source),
      undecodable: (error, record, { decoding }) => context.undecodable(error, record, decoding.source),
    });
    queue.partitionTime = metadata.partitionTime;
    for (const [name, time] of metadata.times) context.times.set(name, Math.max(time, context.times.get(name) ?? -Infinity));
    return queue;
  }
}
