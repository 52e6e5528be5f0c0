import { type Clock, asError, OuzelError } from '@ouzel/core';
import { PartitionMap, partitionName, type Fetched, type Fetcher, type Producer, type TopicPartition } from '@ouzel/kafka';
import type { Meters } from '../../metrics/meters.js';
import type { Committer } from '../commit/committer.js';
import type { Route } from '../lifecycle/routes.js';
import type { TaskManager } from '../lifecycle/task-manager.js';
import type { PendingCall } from '../task/pending-call.js';

export interface StreamLoopParts {
  readonly tasks: TaskManager;
  readonly committer: Committer;
  readonly fetcher: Fetcher;
  readonly producer: Producer;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly bufferedRecordsPerPartition: number;
  /** Bytes that may wait in the queues of all tasks before no more are taken. */
  readonly inputBufferMaxBytes: number;
  /** Bytes that may wait for the broker before processing pauses. */
  readonly producerMaxBytes: number;
  /** Called with an input whose offset Kafka does not have. Resolves to the offset to go on from. */
  reset(route: Route, partition: TopicPartition): Promise<number>;
  /**
   * Called with an input that Kafka does not have. Resolves to the offset to go on from when Kafka has it again, and to
   * undefined when it is not wanted any more.
   */
  missing(partition: TopicPartition, isWanted: () => boolean): Promise<number | undefined>;
  failed(error: Error): void;
  /** Whether no record is to be processed, and nothing punctuated, at the moment. */
  isPaused(): boolean;
  /** Called with user code that has not returned for `maxPollInterval`, again and again while that is so. */
  stalled(call: PendingCall): void;
  readonly maxPollIntervalMs: number;
}

const sliceMs = 8;
const takeRecords = 4_096;

/** How often it is looked whether an application that is paused goes on, ms. */
const pausedLookMs = 20;

/** How often it is looked whether a commit that tasks wait for has ended, ms. */
const behindLookMs = 5;

/**
 * The one loop of a client. Each turn takes what was fetched, processes for a slice of time, punctuates, and commits
 * when that is due. Then timers and sockets get their turn: a loop that only awaits resolved promises would starve
 * them.
 */
export class StreamLoop {
  /** When the loop began its last turn, on the monotonic clock. */
  lastTurn = 0;
  consumed = new Map<string, number>();
  private readonly paused = new PartitionMap<Route>();
  private nextCheck = 0;
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: StreamLoopParts) {}

  start(): void {
    this.running = this.run().catch((thrown: unknown) => this.parts.failed(asError(thrown)));
  }

  /** Resolves when the turn that is under way has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.parts.fetcher.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock, tasks, committer } = this.parts;
    while (!this.stopping) {
      this.lastTurn = clock.monotonic();
      const took = this.takeFetched();
      const isPaused = this.parts.isPaused();
      const processed = isPaused ? 0 : this.work();
      tasks.checkFailures();
      this.checkProgress();
      committer.maybeCommit(tasks.running, this.parts.failed);
      const [ms, waiting] = this.nextTurn(processed > 0 || took, isPaused);
      const from = clock.monotonic();
      await waiting;
      this.parts.meters.loopDelay.observe(Math.max(0, clock.monotonic() - from - ms) / 1_000);
    }
  }

  /** Returns a promise of the next turn, and after how many milliseconds it should come at the latest. */
  private nextTurn(isBusy: boolean, isPaused: boolean): readonly [ms: number, turn: Promise<void>] {
    const { clock, fetcher } = this.parts;
    if (isBusy) return [0, clock.turn()];
    const ms = isPaused ? pausedLookMs : this.idleTime();
    return [ms, isPaused ? clock.sleep(ms) : fetcher.wait(ms)];
  }

  /** Input partitions that are not fetched for the moment. */
  get pausedPartitions(): number {
    return this.paused.size;
  }

  /** Processes for one slice, and punctuates. Returns how many records were processed. */
  private work(): number {
    const processed = this.process();
    for (const task of this.parts.tasks.running) task.punctuate(this.parts.clock.now());
    return processed;
  }

  private takeFetched(): boolean {
    this.resumeDrained();
    let bytes = 0;
    for (const task of this.parts.tasks.running) bytes += task.bufferedBytes;
    if (bytes > this.parts.inputBufferMaxBytes) return false;
    const fetched = this.parts.fetcher.take(takeRecords);
    for (const batch of fetched) {
      const route = this.parts.tasks.route(batch);
      if (route === undefined) continue;
      if (batch.error !== undefined) this.inputFailed(route, batch);
      else this.add(route, batch);
    }
    return fetched.length > 0;
  }

  private add(route: Route, { topic, partition, records, nextOffset }: Fetched): void {
    route.task.add(route.queue, records, nextOffset);
    this.consumed.set(topic, (this.consumed.get(topic) ?? 0) + records.length);
    if (route.queue.size <= this.parts.bufferedRecordsPerPartition) return;
    this.parts.fetcher.pause({ topic, partition });
    this.paused.set(route.queue, route);
  }

  private resumeDrained(): void {
    for (const route of [...this.paused.values()]) {
      const { queue } = route;
      const isGone = !this.isRead(route);
      if (!isGone && queue.size > this.parts.bufferedRecordsPerPartition) continue;
      this.paused.delete(queue);
      if (!isGone) this.parts.fetcher.resume(queue);
    }
  }

  /** Processes for one slice, fairly over tasks. */
  private process(): number {
    const { clock, tasks, committer, producer, producerMaxBytes } = this.parts;
    if (producer.bufferedBytes > producerMaxBytes || committer.isBehind(tasks.running)) return 0;
    const deadline = clock.monotonic() + sliceMs;
    const expired = () => clock.monotonic() >= deadline || producer.bufferedBytes > producerMaxBytes;
    const now = clock.now();
    const share = Math.max(1, tasks.running.length);
    let processed = 0;
    for (const task of tasks.running) {
      const mine = clock.monotonic() + sliceMs / share;
      processed += task.run(() => clock.monotonic() >= mine || expired(), now);
    }
    return processed;
  }

  private inputFailed(route: Route, { topic, partition, error }: Fetched): void {
    const { failed } = this.parts;
    const { kind, code, what, where = partitionName({ topic, partition }), help } = error!;
    if (kind === 'out-of-range') this.again(route, this.parts.reset(route, { topic, partition }));
    else if (kind === 'missing')
      this.again(
        route,
        this.parts.missing({ topic, partition }, () => this.isRead(route)),
      );
    else failed(new OuzelError(code, { what, where, ...(help === undefined ? {} : { help }), cause: error }));
  }

  /** Returns whether the task of a route still reads its input. */
  private isRead({ queue, task }: Route): boolean {
    return this.parts.tasks.route(queue)?.task === task;
  }

  /** Reads an input from the offset on that `offset` resolves to, if the task still reads it by then. */
  private again(route: Route, offset: Promise<number | undefined>): void {
    offset.then(
      (from) => {
        if (from === undefined || !this.isRead(route)) return;
        route.task.add(route.queue, [], from);
        this.parts.fetcher.assign(route.queue, from);
      },
      (thrown: unknown) => this.parts.failed(asError(thrown)),
    );
  }

  private checkProgress(): void {
    const { maxPollIntervalMs, tasks, stalled } = this.parts;
    if (this.lastTurn < this.nextCheck) return;
    this.nextCheck = this.lastTurn + Math.min(1_000, maxPollIntervalMs / 10);
    const [call] = tasks.pendingCalls(this.lastTurn - maxPollIntervalMs);
    if (call !== undefined) stalled(call);
  }

  /**
   * Returns how long nothing is due, ms: no commit, no punctuation, no look at the clock for tasks that idle for an
   * input.
   */
  private idleTime(): number {
    const { clock, committer, tasks } = this.parts;
    const now = clock.now();
    let wait = Math.min(100, committer.nextCommit - clock.monotonic());
    if (committer.isBehind(tasks.running)) wait = Math.min(wait, behindLookMs);
    for (const task of tasks.running) wait = Math.min(wait, task.nextWallClockPunctuation - now);
    return Math.max(1, wait);
  }
}
