import { durationMs, OuzelError, type Clock, type Duration, type Logger, type Random } from '@ouzel/core';
import type { DropReason } from '../../record/dropped.js';
import type { NodeContext, ProcessorNode, SinkRecord } from '../../processor/node.js';
import type { Cancellable, PunctuationType } from '../../processor/processor.js';
import type { RecordContext, StreamRecord } from '../../record/record.js';
import type { Resumed, StateStore } from '../../state/state-store.js';
import type { DroppedRecords } from './dropped-records.js';
import type { FailureHandlers } from './failure-handlers.js';
import { PunctuationQueue } from './punctuation-queue.js';
import type { RecordCollector } from './record-collector.js';
import type { TaskEnvironment } from './task-environment.js';
import type { TaskStoreContext } from './task-store-context.js';

type AnyNode = ProcessorNode;

export interface NodeContextParts {
  readonly partition: number;
  readonly environment: TaskEnvironment;
  readonly storeContext: TaskStoreContext;
  readonly collector: RecordCollector;
  readonly failures: FailureHandlers;
  readonly dropped: DroppedRecords;
  /** Returns a store of the task. */
  store(name: string): StateStore | undefined;
  /** Returns the highest timestamp taken from the inputs, -1 before the first record. */
  streamTime(): number;
}

/**
 * The part of a task that its nodes use: the record in process, stores, time, punctuation, failures, and the way to
 * Kafka.
 */
export class TaskNodeContext implements NodeContext {
  readonly taskId: string;
  readonly partition: number;
  readonly streamTimePunctuations = new PunctuationQueue();
  readonly wallClockPunctuations = new PunctuationQueue();
  /** Work that nodes put off until the task has a turn. */
  readonly deferred: (() => void | Promise<void>)[] = [];
  /** A processor asked for a commit. */
  commitRequested = false;
  /** Numbers that are kept in the committed metadata; filled from what was committed last. */
  readonly times = new Map<string, number>();
  private readonly environment: TaskEnvironment;
  private readonly stores: TaskStoreContext;

  constructor(private readonly parts: NodeContextParts) {
    this.environment = parts.environment;
    this.stores = parts.storeContext;
    this.taskId = parts.storeContext.taskId;
    this.partition = parts.partition;
  }

  get record(): RecordContext {
    return this.stores.record;
  }
  set record(place: RecordContext) {
    this.stores.record = place;
  }

  get resumed(): Resumed | undefined {
    return this.stores.resumed;
  }
  get applicationId(): string {
    return this.environment.applicationId;
  }
  get stateDirectory(): string {
    return this.environment.stateDirectory;
  }
  get clock(): Clock {
    return this.environment.clock;
  }
  get random(): Random {
    return this.environment.random;
  }
  get logger(): Logger {
    return this.environment.logger;
  }

  streamTime(): number {
    return this.parts.streamTime();
  }

  systemTime(): number {
    return this.environment.clock.now();
  }

  getStateStore<S>(name: string): S {
    const store = this.parts.store(name) ?? this.environment.globalStores?.get(name);
    if (store === undefined) {
      throw new OuzelError('OUZEL_STORE_UNKNOWN', {
        what: `there is no store "${name}"`,
        where: `task ${this.taskId}`,
        help: 'Add it to the topology and connect it to this processor.',
      });
    }
    return store as S;
  }

  isGlobalStore(name: string): boolean {
    return this.environment.globalStores?.has(name) === true;
  }

  drop(reason: DropReason, node: AnyNode): void {
    this.parts.dropped.add(reason, node.name, this.record);
  }

  schedule(
    node: AnyNode,
    interval: Duration,
    type: PunctuationType,
    punctuate: (timestamp: number) => void | Promise<void>,
    startTime?: number,
  ): Cancellable {
    const every = durationMs(interval, `interval of schedule in ${node.name}`);
    if (every < 1)
      throw new OuzelError('OUZEL_CONFIG', { what: `schedule needs an interval of at least 1 ms, not ${every}`, where: node.name });
    return type === 'stream-time'
      ? this.streamTimePunctuations.schedule(node, startTime ?? 0, every, punctuate)
      : this.wallClockPunctuations.schedule(node, startTime ?? this.systemTime() + every, every, punctuate);
  }

  defer(work: () => void | Promise<void>): void {
    this.deferred.push(work);
    this.environment.wake?.();
  }

  requestCommit(): void {
    this.commitRequested = true;
    this.environment.wake?.();
  }

  send(record: SinkRecord, node: AnyNode): void | Promise<void> {
    return this.parts.collector.send(record, this.record, node.name);
  }

  partitionsOf(topic: string): number | Promise<number> {
    return this.parts.collector.partitionsOf(topic);
  }

  committedTime(name: string): number | undefined {
    return this.times.get(name);
  }

  setCommittedTime(name: string, time: number): void {
    this.times.set(name, time);
  }

  failed(error: Error, node: AnyNode, record: StreamRecord<unknown, unknown> | null, attempts = 1): void {
    this.parts.failures.processing(error, node.name, record, this.record, attempts);
  }

  serializationFailed(error: Error, stage: 'key' | 'value', topic: string, node: AnyNode, record: StreamRecord<unknown, unknown>): void {
    this.parts.failures.encoding(error, stage, topic, node.name, record, this.record);
  }
}
