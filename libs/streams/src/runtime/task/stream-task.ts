import { asError } from '@ouzel/core';
import type { ConsumerRecord } from '@ouzel/kafka';
import type { PendingWork } from '../../processor/pending-work.js';
import { noRecord } from '../../record/record.js';
import type { TaskState } from '../../state/database/task-state.js';
import type { CommitInterval } from './commit-interval.js';
import type { TaskProgress } from './resume-point.js';
import { TaskCommit, type CommittingTask } from './task-commit.js';
import type { IdleSources } from './idle-sources.js';
import type { NodeGraph } from './node-graph.js';
import { encodeOffsetMetadata } from './offset-metadata.js';
import type { PartitionGroup } from './partition-group.js';
import { callDue } from './due-punctuations.js';
import type { RecordCollector } from './record-collector.js';
import type { RecordQueue } from './record-queue.js';
import type { DroppedRecords } from './dropped-records.js';
import type { TaskNodeContext } from './task-node-context.js';
import type { TaskStoreContext } from './task-store-context.js';
import { taskName, type TaskId } from './task-id.js';
import type { TaskTime } from './task-time.js';
import type { TimeJumps } from './time-jumps.js';

/** How often it is looked whether inputs are idle. */
const idleLookMs = 1_000;

export interface TaskParts {
  readonly context: TaskNodeContext;
  readonly time: TaskTime;
  readonly storeContext: TaskStoreContext;
  readonly dropped: DroppedRecords;
  readonly graph: NodeGraph;
  readonly group: PartitionGroup;
  readonly timeJumps: TimeJumps;
  readonly collector: RecordCollector;
  readonly state: TaskState;
  readonly progress: TaskProgress;
  /** Undefined: event time is what records say, and nothing else. */
  readonly idleSources?: IdleSources | undefined;
}

/**
 * One sub-topology on one partition: the unit of order, state and commit (StreamTask). It processes record by record in
 * the turn of its caller. Where user code returns a promise, the task is busy until that settles, and other tasks go
 * on. A failure ends its work and is kept in `failure`; `run` never throws it.
 */
export class StreamTask {
  readonly name: string;
  /** Set once; the task takes no further record. */
  failure: Error | undefined;
  /** Records processed in all. */
  processed = 0;
  /** Pieces of work in all: whatever may move a position, a store or an output. */
  private work = 0;
  /** `work` at the last commit. -1 before the first, which also commits where the task began. */
  private committedWork = -1;
  private unreleased: CommitInterval[] = [];
  private busy: Promise<void> | undefined;
  /** A commit was asked for while user code was at work: it is prepared before the next piece of work. */
  private isCommitDue = false;
  private preparedCommit: TaskCommit | undefined;
  /** Time spent in `run`, ms. */
  processMs = 0;
  private readonly context: TaskNodeContext;
  private readonly time: TaskTime;
  private readonly pending: PendingWork;
  private readonly droppedRecords: DroppedRecords;
  private readonly graph: NodeGraph;
  private readonly group: PartitionGroup;
  private readonly jumps: TimeJumps;
  private readonly collector: RecordCollector;
  private readonly idleSources: IdleSources | undefined;
  readonly state: TaskState;
  readonly progress: TaskProgress;
  /** This task as its commits know it. */
  private readonly committing: CommittingTask;

  constructor(
    readonly id: TaskId,
    parts: TaskParts,
  ) {
    this.name = taskName(id);
    this.context = parts.context;
    this.time = parts.time;
    this.pending = parts.storeContext.pending;
    this.droppedRecords = parts.dropped;
    this.graph = parts.graph;
    this.group = parts.group;
    this.jumps = parts.timeJumps;
    this.collector = parts.collector;
    this.state = parts.state;
    this.progress = parts.progress;
    this.idleSources = parts.idleSources;
    this.committing = {
      name: this.name,
      state: parts.state,
      progress: parts.progress,
      checkOutputs: () => this.collector.check(),
      released: () => (this.unreleased = []),
      failed: (error) => (this.failure ??= error),
      committed: (work) => (this.committedWork = work),
    };
  }

  get queues(): readonly RecordQueue[] {
    return this.group.queues;
  }
  get streamTime(): number {
    return this.group.streamTime;
  }
  /** How often stream time jumped. */
  get timeJumps(): number {
    return this.jumps.count;
  }
  get bufferedBytes(): number {
    let bytes = 0;
    for (const queue of this.group.queues) bytes += queue.bytes;
    return bytes;
  }
  get buffered(): number {
    return this.group.size;
  }
  /** Bytes that the next commit makes durable. */
  get uncommittedBytes(): number {
    return this.state.uncommittedBytes + this.collector.heldBytes;
  }
  /** Since when user code is at work, on the monotonic clock. */
  get busySince(): number | undefined {
    return this.time.busySince;
  }
  get isBusy(): boolean {
    return this.busy !== undefined;
  }
  /** Something was done since the last commit (StreamTask.commitNeeded). */
  get commitNeeded(): boolean {
    return this.work !== this.committedWork;
  }
  get commitRequested(): boolean {
    return this.context.commitRequested;
  }
  get dropped(): ReadonlyMap<string, number> {
    return this.droppedRecords.counts;
  }
  get produced(): RecordCollector['produced'] {
    return this.collector.produced;
  }
  /** Calls of punctuators so far. */
  get punctuations(): { readonly streamTime: number; readonly wallClock: number } {
    const { streamTimePunctuations, wallClockPunctuations } = this.context;
    return { streamTime: streamTimePunctuations.calls, wallClock: wallClockPunctuations.calls };
  }
  get nodes(): NodeGraph['nodes'] {
    return this.graph.nodes;
  }

  /** Stores are restored: processors may begin. */
  async init(): Promise<void> {
    await this.graph.init(this.context);
    const sources = this.idleSources;
    if (sources === undefined) return;
    for (const node of this.graph.timed)
      this.context.schedule(node, idleLookMs, 'wall-clock-time', (now) => this.letTimePass(node, sources.timeAt(now)));
  }

  /** Adds a partition to the inputs of the task. */
  addQueue(queue: RecordQueue): void {
    this.group.addQueue(queue);
  }

  /** Buffers what was fetched of one of its partitions. Records also come while the task is busy, and leave it so. */
  add(queue: RecordQueue, records: readonly ConsumerRecord[], nextOffset: number): void {
    this.work++;
    try {
      this.group.add(queue, records, nextOffset);
    } catch (thrown) {
      this.failure ??= asError(thrown);
    }
  }

  /**
   * Processes records until none may be taken, the task is busy or failed, or `expired` says that the time slice is
   * over (asked every 32 records). Returns how many.
   */
  run(expired: () => boolean, now: number): number {
    const { clock } = this.context;
    const started = clock.monotonic();
    let count = 0;
    this.time.now = now;
    this.runDeferred();
    while (this.step(now)) if ((++count & 31) === 0 && expired()) break;
    this.processMs += clock.monotonic() - started;
    return count;
  }

  /** Processes the next record, if one may be taken. */
  step(now: number): boolean {
    if (this.busy !== undefined || this.failure !== undefined || !this.group.isReady(now)) return false;
    this.guarded(() => this.processNext());
    this.idleSources?.woken(now);
    this.processed++;
    return true;
  }

  /** Runs work that nodes have deferred, until a piece of it returns a promise. Returns whether there was any. */
  runDeferred(): boolean {
    const { deferred } = this.context;
    const had = deferred.length > 0;
    while (deferred.length > 0 && this.busy === undefined && this.failure === undefined) {
      this.context.record = noRecord(this.streamTime);
      this.guarded(deferred.shift()!);
    }
    return had;
  }

  /** Calls what is due on the wall clock. */
  punctuate(now: number): void {
    if (this.busy !== undefined || this.failure !== undefined || now < this.context.wallClockPunctuations.nextTime) return;
    this.time.now = now;
    this.guarded(() => callDue(this.context.wallClockPunctuations, now, this.context));
  }

  get nextWallClockPunctuation(): number {
    return this.context.wallClockPunctuations.nextTime;
  }

  /** Resolves when no user code is at work any more. */
  async idle(): Promise<void> {
    while (this.busy !== undefined) await this.busy;
  }

  /**
   * The first half of a commit: finishes what operators and caches hold, captures the offsets, and freezes what was
   * written. Returns undefined when user code is at work: then the task takes no further record before it has prepared
   * itself, asks for a commit (`commitRequested`), and returns the prepared commit here. A failure is the task's
   * (`failure`). A task that has failed or is closed commits nothing more, also what it had prepared: it belongs to
   * another, or what it wrote before was lost.
   */
  prepareCommit(): TaskCommit | undefined {
    if (this.failure !== undefined || this.collector.isClosed) return undefined;
    if (this.preparedCommit === undefined) {
      this.isCommitDue = true;
      if (this.busy === undefined) this.prepare();
    }
    const prepared = this.preparedCommit;
    if (prepared !== undefined) this.context.commitRequested = false;
    this.preparedCommit = undefined;
    return prepared;
  }

  /**
   * Resolves when the next `prepareCommit` returns a commit of all work of the task, when there is nothing to commit,
   * or when the task has failed. A commit that was prepared before the last piece of work is replaced: the new one
   * holds what that one froze.
   */
  async prepared(): Promise<void> {
    await this.idle();
    while (this.failure === undefined && this.commitNeeded && this.preparedCommit?.work !== this.work) {
      this.isCommitDue = true;
      if (this.busy === undefined) this.prepare();
      await this.busy;
    }
  }

  /** Throws what stopped the task, or a record of it; damage of its state too, whether user code let it pass or not. */
  check(): void {
    this.collector.check();
    if (this.state.damage !== undefined) throw this.state.damage;
    if (this.failure !== undefined) throw this.failure;
  }

  private prepare(): void {
    this.guarded(() => {
      const pending = this.settle();
      if (pending === undefined) return this.capture();
      return pending.then(() => {
        this.capture();
        this.context.requestCommit();
      });
    });
  }

  /**
   * Lets operators and caches finish what they hold. Each may hand something to the other, so this ends when both have
   * nothing left.
   */
  private settle(): void | Promise<void> {
    const pending = this.graph.drain() ?? this.state.flushCaches() ?? this.graph.drain();
    if (pending !== undefined) return pending.then(() => this.settle());
  }

  private capture(): void {
    this.check();
    this.isCommitDue = false;
    const { times } = this.context;
    const offsets = this.group.queues.map(({ topic, partition, position, partitionTime }) => ({
      topic,
      partition,
      offset: position,
      metadata: encodeOffsetMetadata({ partitionTime, times }),
    }));
    this.unreleased.push(this.collector.nextInterval());
    const frozen = { offsets, intervals: [...this.unreleased], generation: this.state.freeze(), work: this.work };
    this.preparedCommit = new TaskCommit(this.committing, frozen);
  }

  private processNext(): void | Promise<void> {
    const queue = this.group.next()!;
    const taken = this.group.take(queue);
    this.context.record = taken;
    const pending = queue.decoding.source.receive(taken.record);
    return pending === undefined ? this.finish(queue) : pending.then(() => this.finish(queue));
  }

  /** Flushes the caches first: their changes belong to windows that end now. */
  private letTimePass(node: NodeGraph['nodes'][number], time: number | undefined): void | Promise<void> {
    if (time === undefined) return;
    this.context.record = noRecord(time);
    const pending = this.graph.drain() ?? this.state.flushCaches();
    return pending === undefined ? node.advanceTime(time) : pending.then(() => node.advanceTime(time));
  }

  private finish(queue: RecordQueue): void | Promise<void> {
    this.group.advance(queue);
    const { streamTime } = this.group;
    if (streamTime >= this.context.streamTimePunctuations.nextTime && streamTime >= 0)
      return callDue(this.context.streamTimePunctuations, streamTime, this.context);
  }

  /** Runs a piece of work while the task is not busy: keeps its failure, and is busy while its promise is open. */
  private guarded(work: () => void | Promise<void>): void {
    this.work++;
    try {
      const pending = this.pending.with(work());
      if (pending === undefined) return;
      this.time.begin();
      this.busy = pending
        .catch((thrown: unknown) => {
          this.failure ??= asError(thrown);
        })
        .finally(() => {
          this.busy = undefined;
          this.time.end();
          if (this.isCommitDue && this.failure === undefined) this.prepare();
        });
    } catch (thrown) {
      this.failure ??= asError(thrown);
    }
  }
}
