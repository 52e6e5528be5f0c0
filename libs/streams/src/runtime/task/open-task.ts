import { settledBefore } from '@ouzel/core';
import type { PartitionMap } from '@ouzel/kafka';
import { TaskState } from '../../state/database/task-state.js';
import type { SourceSpec, SubTopology } from '../../topology/plan.js';
import type { UserWork } from '../../processor/node.js';
import { noRecord } from '../../record/record.js';
import { resolveExtractor } from '../../processor/timestamps.js';
import { IdleSources } from './idle-sources.js';
import { DroppedRecords } from './dropped-records.js';
import { FailureHandlers, placeOf } from './failure-handlers.js';
import { isSourceOf } from '../topics/source-topics.js';
import { NodeGraph } from './node-graph.js';
import { decodeOffsetMetadata, type OffsetMetadata } from './offset-metadata.js';
import { TaskProgress, type CommittedPoint } from './resume-point.js';
import type { RestoreProgress } from '../restore/restore-progress.js';
import type { RestoreRequest } from '../restore/store-restore.js';
import { PartitionGroup } from './partition-group.js';
import { pendingCall, pendingTask, type PendingCall } from './pending-call.js';
import { OutOfBoundsLog } from './out-of-bounds-log.js';
import { RecordCollector } from './record-collector.js';
import { RecordQueue } from './record-queue.js';
import { SourceReplay } from './source-replay.js';
import { StreamTask } from './stream-task.js';
import { meterNodes } from './node-meters.js';
import { TaskTime } from './task-time.js';
import { TimeJumps } from './time-jumps.js';
import type { TaskEnvironment } from './task-environment.js';
import { TaskNodeContext } from './task-node-context.js';
import { traceSources } from './traced-sources.js';
import { timedStore } from './timed-store.js';
import { TaskStoreContext } from './task-store-context.js';
import { taskName, type TaskId } from './task-id.js';

/** Where an input of a task begins. */
export interface TaskInput {
  readonly topic: string;
  /** The task's own unless given: global stores read all partitions. */
  readonly partition?: number;
  readonly offset: number;
  readonly metadata: OffsetMetadata;
  /** The offset that the group has committed. Default: none. */
  readonly committed?: CommittedPoint;
}

const nothingCommitted: CommittedPoint = { offset: -1, metadata: '' };

/** A task whose stores are open, before it may process: they can be restored, and then it can be started. */
export class OpenTask {
  /** The supplier that was called last, before there are nodes. */
  private supplier: { readonly node: string; readonly work: UserWork } | undefined;
  private graph: NodeGraph | undefined;
  private task: StreamTask | undefined;

  private constructor(
    readonly id: TaskId,
    private readonly plan: SubTopology,
    private readonly environment: TaskEnvironment,
    private readonly outputs: TaskOutputs,
    readonly state: TaskState,
  ) {}

  /** Opens the stores of a task in `directory`, or all in memory when it is null. */
  static async open(plan: SubTopology, partition: number, directory: string | null, environment: TaskEnvironment): Promise<OpenTask> {
    const id: TaskId = { subtopology: plan.id, partition };
    const { applicationId, cache, rowCache, decoded, clock, stateMaxAgeMs } = environment;
    const outputs = taskOutputs(taskName(id), partition, plan, environment);
    const state = await TaskState.open({
      directory,
      applicationId,
      fingerprint: plan.fingerprint,
      partition,
      stores: plan.stores,
      context: outputs.storeContext,
      cache,
      rowCache,
      decoded,
      clock,
      maxAgeMs: stateMaxAgeMs,
    });
    return new OpenTask(id, plan, environment, outputs, state);
  }

  /**
   * Makes and initialises the nodes. Stores must be up to date. `changelogEnds`: the next offsets of the changelogs, by
   * topic.
   */
  async start(inputs: readonly TaskInput[], changelogEnds: ReadonlyMap<string, number> = new Map()): Promise<StreamTask> {
    const { environment, outputs, state } = this;
    const { partition } = this.id;
    const { defaults, lag, maxTaskIdleMs, idleSourceTimeoutMs = 0, timeJumpMs = Infinity, clock, logger } = environment;
    const graph = (this.graph = await NodeGraph.create(this.plan.nodes, defaults, (node) => {
      this.supplier = { node, work: { call: 'the supplier', place: noRecord(-1), since: clock.monotonic() } };
    }));
    const queues = inputs.map((input) => this.queue(graph, input));
    const timeJumps = new TimeJumps({ task: taskName(this.id), stores: this.plan.stores, limitMs: timeJumpMs, clock, logger });
    const group = new PartitionGroup(queues, lag, maxTaskIdleMs, timeJumps);
    const time = new TaskTime(clock);
    meterNodes(graph.nodes, environment.meters, time);
    const { calls } = environment.meters;
    const store = (name: string) => {
      const found = state.stores.get(name);
      return found === undefined || calls === undefined ? found : timedStore(found, calls, time);
    };
    const context = new TaskNodeContext({ ...outputs, environment, partition, store, streamTime: () => group.streamTime });
    if (environment.tracing !== undefined) traceSources(graph.sourceNodes, context, environment.tracing);
    for (const { metadata } of inputs)
      for (const [name, time] of metadata.times) context.times.set(name, Math.max(time, context.times.get(name) ?? -Infinity));
    const idleSources = idleSourceTimeoutMs > 0 ? new IdleSources(group, lag, idleSourceTimeoutMs, clock.now()) : undefined;
    const committed = inputs.map((input) => ({
      topic: input.topic,
      partition: input.partition ?? partition,
      committed: input.committed ?? nothingCommitted,
    }));
    const task = (this.task = new StreamTask(this.id, {
      ...outputs,
      context,
      time,
      graph,
      group,
      timeJumps,
      state,
      progress: new TaskProgress(committed, changelogEnds),
      idleSources,
    }));
    await task.init();
    return task;
  }

  /** A topic of a running task has got a partition that the task reads too. */
  addInput(task: StreamTask, input: TaskInput): void {
    task.addQueue(this.queue(this.graph!, input));
  }

  /**
   * Returns what must be read to bring the stores up to date. `committed`: what the group has committed of the inputs.
   */
  restoreRequests(committed: PartitionMap<CommittedPoint>): RestoreRequest[] {
    const { state } = this;
    const { partition } = this.id;
    return this.plan.stores.flatMap(({ spec, changelog, sourceAsChangelog }) => {
      if (changelog === undefined) return [];
      const place = { topic: changelog, partition };
      const request: RestoreRequest = {
        ...place,
        store: spec.name,
        from: state.changelogOffset(spec.name),
        committedAt: state.committedAt,
        apply: (records, next) => state.restore(spec.name, records, next),
      };
      return [sourceAsChangelog ? this.sourceRequest(request, committed.get(place) ?? nothingCommitted) : request];
    });
  }

  /**
   * Returns the request of a store whose changelog is a source topic. It restores only what the task has processed, and
   * reads the records as the source does.
   */
  private sourceRequest(request: RestoreRequest, { offset, metadata }: CommittedPoint): RestoreRequest {
    const { topic, partition, store, from } = request;
    const bounded = { ...request, upTo: Math.max(0, offset) };
    const { defaults, handlers, clock } = this.environment;
    const spec = this.plan.nodes.find((node) => node.kind === 'source' && isSourceOf(node, topic)) as SourceSpec;
    // Else each record has become a row as it is: the task would have stopped at one that it can not read.
    const isCopied = (spec.timestamp ?? defaults.timestamp) === undefined && handlers.deserialization === 'fail';
    if (isCopied) return bounded;
    const partitionTime = from === undefined ? -1 : decodeOffsetMetadata(metadata).partitionTime;
    const replay = new SourceReplay({ topic, partition, spec, defaults, clock, partitionTime });
    return { ...bounded, apply: (records, next) => this.state.restore(store, replay.read(records, next), next) };
  }

  /** Returns the sum of the next changelog offsets of its stores. */
  get stateOffset(): number {
    return this.plan.stores.reduce((sum, { spec }) => sum + (this.state.changelogOffset(spec.name) ?? 0), 0);
  }

  /** Returns where the changelogs end that the task itself writes, by topic. */
  changelogEnds(progress: readonly RestoreProgress[]): ReadonlyMap<string, number> {
    const own = this.plan.stores.filter(({ changelog, sourceAsChangelog }) => changelog !== undefined && !sourceAsChangelog);
    return new Map(own.map(({ spec, changelog }) => [changelog!, progress.find(({ store }) => store === spec.name)!.endOffset]));
  }

  /**
   * Called when another member has taken the task over. Nothing leaves the task from then on, though its user code may
   * still be at work.
   */
  silence(): void {
    this.outputs.collector.close();
  }

  /** Returns user code that was called before `limit`, on the monotonic clock, and is still at work. */
  pendingCall(limit: number): PendingCall | undefined {
    const { clock } = this.environment;
    const name = taskName(this.id);
    const found = this.graph === undefined ? this.supplier : this.graph.nodeAtWork(limit);
    if (found !== undefined && found.work.since < limit) return pendingCall(name, found.node, found.work, clock);
    const busySince = this.task?.busySince;
    return busySince !== undefined && busySince < limit ? pendingTask(name, busySince, clock) : undefined;
  }

  /**
   * Ends processors and stores. What was not committed is lost. User code that is at work is waited for until
   * `patience` is aborted; what it writes afterwards goes nowhere. May be called twice.
   */
  async close(patience?: AbortSignal): Promise<void> {
    const { collector } = this.outputs;
    if (this.task !== undefined && !(await settledBefore(this.task.idle(), patience))) collector.close();
    try {
      await this.graph?.close(this.isCommitted() ? 'finish' : 'leave', patience);
    } finally {
      collector.close();
      await this.state.close();
    }
  }

  /**
   * Returns whether all work of the task is committed, except what nodes forward while they close. A task that was
   * given up may have more, which is dropped.
   */
  private isCommitted(): boolean {
    const { task, state } = this;
    return task !== undefined && task.failure === undefined && state.damage === undefined && !this.outputs.collector.isClosed;
  }

  private queue(graph: NodeGraph, { topic, partition = this.id.partition, offset, metadata }: TaskInput): RecordQueue {
    const { dropped, failures } = this.outputs;
    const { clock, logger } = this.environment;
    const decoding = graph.decoding(topic)!;
    const { timestamp } = decoding;
    const extractor = timestamp === undefined ? undefined : resolveExtractor(timestamp, () => clock.now());
    const source = decoding.source.name;
    const outOfBounds = new OutOfBoundsLog(taskName(this.id), clock, logger);
    const queue = new RecordQueue(topic, partition, { ...decoding, extractor }, offset, {
      invalidTimestamp: (record) => dropped.add('invalid-timestamp', source, placeOf(record)),
      outOfBounds: (time, record) => {
        outOfBounds.note(time, record);
        dropped.add('timestamp-out-of-bounds', source, placeOf(record));
      },
      undecodable: (error, record) => failures.deserialization(error, record, source),
    });
    queue.partitionTime = metadata.partitionTime;
    return queue;
  }
}

/** The parts that write the outputs of a task and that handle records which can not be written or processed. */
interface TaskOutputs {
  readonly collector: RecordCollector;
  readonly failures: FailureHandlers;
  readonly dropped: DroppedRecords;
  readonly storeContext: TaskStoreContext;
}

function taskOutputs(name: string, partition: number, plan: SubTopology, environment: TaskEnvironment): TaskOutputs {
  const { handlers, onDropped, logger, producer, counts, refusals, meters, tracing } = environment;
  const dropped = new DroppedRecords(name, onDropped, logger);
  // The two need each other: what Kafka refuses is judged, and what is judged may write a dead letter.
  const failures: FailureHandlers = new FailureHandlers(name, handlers, dropped, meters, (letter, place) =>
    collector.sendDeadLetter(letter, place),
  );
  const collector = new RecordCollector({
    partition,
    producer,
    task: name,
    refusals,
    counts,
    refused: (error, record, origin) => failures.refusal(error, record, origin),
    stores: new Map(plan.stores.flatMap(({ spec, changelog }) => (changelog === undefined ? [] : [[changelog, spec.name]]))),
    keepsPlaces: keepsPlaces(environment),
    tracing,
  });
  const changelogs = new Map(plan.stores.map(({ spec, changelog }) => [spec.name, changelog ?? '']));
  return { collector, failures, dropped, storeContext: new TaskStoreContext(name, changelogs, collector, dropped, tracing) };
}

/** Returns whether a handler or listener may ask from which input record a refused record was made. */
function keepsPlaces({ handlers: { production, deadLetterTopic }, onDropped }: TaskEnvironment): boolean {
  return typeof production === 'function' || (production === 'continue' && (deadLetterTopic !== undefined || onDropped !== undefined));
}
