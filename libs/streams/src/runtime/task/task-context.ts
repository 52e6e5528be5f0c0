import { type Clock, durationMs, type Duration, OuzelError, StateError, whatOf, Headers } from '@ouzel/core';
import { DriverError, type ConsumerRecord, type ProducerRecord } from '@ouzel/kafka';
import type { DropReason, DroppedRecord } from '../../processor/dropped.js';
import type { RawRecord, Verdict } from '../../processor/error-handlers.js';
import { ProcessingFailure, type NodeContext, type ProcessorNode, type SinkRecord } from '../../processor/node.js';
import { PendingWork } from '../../processor/pending-work.js';
import type { Cancellable, PunctuationType } from '../../processor/processor.js';
import type { RecordContext, StreamRecord } from '../../processor/record.js';
import type { StateStore, StoreContext } from '../../state/state-store.js';
import { errorContext, judge, type ErrorHandlers } from './error-handlers.js';
import { PunctuationQueue } from './punctuation-queue.js';
import type { ProductionFailures, RecordCollector, RecordOrigin } from './record-collector.js';

type AnyNode = ProcessorNode<any, any, any, any>;

/** What a task needs of its application. */
export interface TaskServices {
  readonly applicationId: string;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly handlers: ErrorHandlers;
  readonly onDropped: ((record: DroppedRecord) => void) | undefined;
  /** Ends the loop's waiting, because a task has something to do. */
  readonly wake?: () => void;
  /** Undefined: there are none. */
  readonly isGlobalStore?: (name: string) => boolean;
}

/** The place of no record: punctuations, and between records. */
export function nowhere(timestamp: number): RecordContext {
  return { topic: null, partition: -1, offset: -1, timestamp, headers: Headers.empty, sourceKey: null, sourceValue: null };
}

/** What nodes and stores of one task see of it: the record in process, stores, time, punctuation, failures, and the way to Kafka. */
export class TaskContext implements NodeContext, StoreContext, ProductionFailures {
  record: RecordContext = nowhere(-1);
  readonly streamTimePunctuations = new PunctuationQueue();
  readonly wallClockPunctuations = new PunctuationQueue();
  /** What stores left behind in the piece of work under way. */
  readonly pending = new PendingWork();
  /** Work that nodes put off until the task has a turn. */
  readonly deferred: (() => void | Promise<void>)[] = [];
  /** A processor asked for a commit. */
  commitRequested = false;
  readonly dropped = new Map<DropReason, number>();
  /** Kept in the committed metadata; filled from what was committed last. */
  readonly times = new Map<string, number>();
  private collector!: RecordCollector;
  private stores: (name: string) => StateStore | undefined = () => undefined;
  private changelogs: ReadonlyMap<string, string> = new Map();
  private time: () => number = () => -1;

  constructor(
    readonly taskId: string,
    readonly partition: number,
    private readonly services: TaskServices,
  ) {}

  get applicationId(): string {
    return this.services.applicationId;
  }

  get stateDirectory(): string {
    return this.services.stateDirectory;
  }

  /** Called by the task as its parts come to be; nothing of them is used before. */
  attach(parts: {
    collector?: RecordCollector;
    stores?: (name: string) => StateStore | undefined;
    changelogs?: ReadonlyMap<string, string>;
    streamTime?: () => number;
  }): void {
    this.collector = parts.collector ?? this.collector;
    this.stores = parts.stores ?? this.stores;
    this.changelogs = parts.changelogs ?? this.changelogs;
    this.time = parts.streamTime ?? this.time;
  }

  streamTime(): number {
    return this.time();
  }

  systemTime(): number {
    return this.services.clock.now();
  }

  getStateStore<S>(name: string): S {
    const store = this.stores(name);
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
    return this.services.isGlobalStore?.(name) === true;
  }

  drop(reason: DropReason, origin: AnyNode | string): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
    const { onDropped } = this.services;
    if (onDropped === undefined) return;
    const { topic, partition, offset, timestamp, sourceKey, sourceValue, headers } = this.record;
    const node = typeof origin === 'string' ? origin : origin.name;
    onDropped({ reason, node, taskId: this.taskId, topic, partition, offset, timestamp, key: sourceKey, value: sourceValue, headers });
  }

  schedule(
    node: AnyNode,
    interval: Duration,
    type: PunctuationType,
    punctuate: (timestamp: number) => void | Promise<void>,
    startTime?: number,
  ): Cancellable {
    const every = durationMs(interval, 'interval of schedule');
    if (every < 1)
      throw new OuzelError('OUZEL_CONFIG', { what: `the interval of a punctuation must be at least 1 ms, not ${every}`, where: node.name });
    return type === 'stream-time'
      ? this.streamTimePunctuations.schedule(node, startTime ?? 0, every, punctuate)
      : this.wallClockPunctuations.schedule(node, startTime ?? this.systemTime() + every, every, punctuate);
  }

  get clock(): Clock {
    return this.services.clock;
  }

  defer(work: () => void | Promise<void>): void {
    this.deferred.push(work);
    this.services.wake?.();
  }

  requestCommit(): void {
    this.commitRequested = true;
    this.services.wake?.();
  }

  own(pending: Promise<void>): void {
    this.pending.add(pending);
  }

  send(record: SinkRecord, node: AnyNode): void | Promise<void> {
    return this.collector.send(record, this.record, node);
  }

  partitionsOf(topic: string): number | Promise<number> {
    return this.collector.partitionsOf(topic);
  }

  log(store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.collector.log(this.changelogs.get(store)!, key, value, timestamp, headers);
  }

  committedTime(name: string): number | undefined {
    return this.times.get(name);
  }

  setCommittedTime(name: string, time: number): void {
    this.times.set(name, time);
  }

  failed(error: Error, node: AnyNode, record: StreamRecord<unknown, unknown> | null): void {
    if (isOfEngine(error)) throw error;
    const context = errorContext(this.record, node.name, this.taskId);
    const { processing, deadLetterTopic } = this.services.handlers;
    const where = `${node.name} of task ${this.taskId}${context.topic === null ? '' : `, ${context.topic}-${context.partition}@${context.offset}`}`;
    const verdict = this.settle(
      () => judge(typeof processing === 'function' ? processing(error, record, context) : processing, error, context, deadLetterTopic),
      where,
    );
    if (verdict === 'fail') throw new ProcessingFailure(where, error);
    this.drop('processing', node);
  }

  /** Judges a record that could not be decoded: returns when it is to be skipped. */
  undecodable(error: Error, raw: ConsumerRecord, source: AnyNode): void {
    const { topic, partition, offset, timestamp, headers, key, value } = raw;
    const context = errorContext(
      { topic, partition, offset, timestamp, headers, sourceKey: key, sourceValue: value },
      source.name,
      this.taskId,
    );
    const { deserialization, deadLetterTopic } = this.services.handlers;
    const where = `${topic}-${partition}@${offset}`;
    const verdict = this.settle(
      () =>
        judge(
          typeof deserialization === 'function'
            ? deserialization(error, { topic, key, value, timestamp, partition, headers }, context)
            : deserialization,
          error,
          context,
          deadLetterTopic,
        ),
      where,
    );
    if (verdict !== 'fail') return this.drop('deserialization', source);
    throw new OuzelError('OUZEL_DESERIALIZATION', {
      what: whatOf(error),
      where,
      help: 'Set `deserializationHandler: "continue"` to skip such records, and `deadLetterTopic` to keep them.',
      cause: error,
    });
  }

  serializationFailed(error: Error, stage: 'key' | 'value', topic: string, node: AnyNode, record: StreamRecord<unknown, unknown>): void {
    this.judgeProduction(error, record, { context: this.record, node }, stage, topic);
  }

  refused(
    error: DriverError,
    { topic, key, value, timestamp, partition, headers }: ProducerRecord,
    origin: RecordOrigin | undefined,
  ): void {
    if (error.kind !== 'record') throw error;
    const record: RawRecord = { topic, key, value, partition, headers, ...(timestamp === undefined ? {} : { timestamp }) };
    this.judgeProduction(error, record, origin, 'send', topic);
  }

  private judgeProduction(
    error: Error,
    record: RawRecord | StreamRecord<unknown, unknown>,
    origin: RecordOrigin | undefined,
    stage: 'key' | 'value' | 'send',
    topic: string,
  ): void {
    const context = errorContext(origin?.context ?? nowhere(-1), origin?.node?.name ?? '', this.taskId);
    const { production, deadLetterTopic } = this.services.handlers;
    const where = `topic ${topic}, written by ${origin?.node?.name ?? 'a store'} of task ${this.taskId}`;
    const verdict =
      origin === undefined && typeof production === 'function'
        ? 'fail'
        : this.settle(
            () =>
              judge(
                typeof production === 'function' ? production(error, record, context, stage) : production,
                error,
                context,
                deadLetterTopic,
              ),
            where,
          );
    if (verdict === 'continue') return this.drop('production', origin?.node ?? topic);
    throw new OuzelError('OUZEL_PRODUCTION', {
      what: stage === 'send' ? whatOf(error) : `the ${stage} can not be encoded: ${whatOf(error)}`,
      where,
      help: 'See `productionHandler`.',
      cause: error,
    });
  }

  /** Asks a handler and writes its dead letters. A handler that fails stops the task. */
  private settle(
    ask: () => { verdict: Verdict<'fail' | 'continue' | 'retry'>; deadLetters: readonly RawRecord[] },
    where: string,
  ): 'fail' | 'continue' | 'retry' {
    let judgement;
    try {
      judgement = ask();
    } catch (thrown) {
      throw new ProcessingFailure(`the error handler for ${where}`, thrown);
    }
    for (const { topic, partition, key, value, timestamp, headers } of judgement.deadLetters) {
      this.collector.sendDeadLetter(
        { topic, partition, key, value, timestamp: timestamp ?? this.record.timestamp, headers: headers ?? Headers.empty },
        this.record,
      );
    }
    return judgement.verdict as 'fail' | 'continue' | 'retry';
  }
}

/** Failures of state and connection are not the record's: no handler may skip them. */
function isOfEngine(error: Error): boolean {
  return error instanceof StateError || error instanceof DriverError || error instanceof ProcessingFailure;
}
