import { asError, helpWith, OuzelError, whatOf, type Clock, type Duration, type Headers, type Logger, type Random } from '@ouzel/core';
import type { DropReason } from '../record/dropped.js';
import type { Cancellable, PunctuationType } from './processor.js';
import type { Resumed } from '../state/state-store.js';
import { contextAt, type RecordContext, type StreamRecord } from '../record/record.js';

/** A record on its way to Kafka; not serialised yet where `stage` of a failure is 'key' or 'value'. */
export interface SinkRecord {
  readonly topic: string;
  /** Undefined: by murmur2 of the key, or sticky where there is no key. */
  readonly partition: number | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers: Headers;
}

/** A node whose types only its neighbours in the plan know. */
export type AnyNode = ProcessorNode;

/**
 * The part of its task that a node uses. The task is the only implementation; tests of operators use
 * `operator-bench.spec-support.ts`.
 */
export interface NodeContext {
  readonly applicationId: string;
  readonly taskId: string;
  readonly partition: number;
  readonly stateDirectory: string;
  /**
   * The place, the timestamp and the headers of the record in process. `forward` replaces it while the nodes below a
   * node get a record with another timestamp or other headers.
   */
  record: RecordContext;
  streamTime(): number;
  systemTime(): number;
  /** Returns a store of the task by name. Which nodes may ask for it is checked when the topology is built. */
  getStateStore<S>(name: string): S;
  /** Global stores may be read by every node. */
  isGlobalStore(name: string): boolean;
  /** Counts and routes a record that goes no further. */
  drop(reason: DropReason, node: AnyNode): void;
  schedule(
    node: AnyNode,
    interval: Duration,
    type: PunctuationType,
    punctuate: (timestamp: number) => void | Promise<void>,
    startTime?: number,
  ): Cancellable;
  requestCommit(): void;
  /**
   * Runs work about the record in `record`, which came before, in the trace of that record. Undefined: nothing is
   * traced.
   */
  readonly resumed?: Resumed | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /**
   * Runs a piece of work of this node soon, between two records, when nothing else of the task is under way. Its
   * failure is the task's.
   */
  defer(work: () => void | Promise<void>): void;
  /**
   * Asks the processing handler; returns when the record is to be skipped, throws a ProcessingFailure when the task
   * must stop. `attempts`: how often the user code was called with the record. Default: once.
   */
  failed(error: Error, node: AnyNode, record: StreamRecord<unknown, unknown> | null, attempts?: number): void;
  /** Queues a record for Kafka. A promise only when the partition count of a topic that was never used is asked for. */
  send(record: SinkRecord, node: AnyNode): void | Promise<void>;
  /**
   * Asks the production handler about a key or value that could not be encoded; returns when the record is to be
   * skipped.
   */
  serializationFailed(error: Error, stage: 'key' | 'value', topic: string, node: AnyNode, record: StreamRecord<unknown, unknown>): void;
  partitionsOf(topic: string): number | Promise<number>;
  /**
   * A number kept in the committed metadata of the inputs (emit on close, KIP-825): what was committed last, or
   * undefined; and what to commit next.
   */
  committedTime(name: string): number | undefined;
  setCommittedTime(name: string, time: number): void;
}

/** User code of a node that has returned a promise and is still at work. */
export interface UserWork {
  /** The call, as a person knows it: `Enrichment.process`, `mapper of asyncMapValues`. */
  readonly call: string;
  /** Where the record came from that the call is about. */
  readonly place: RecordContext;
  /** When it was called, on the monotonic clock. */
  readonly since: number;
}

/** The task stops on a record. A handler has judged the failure already, so it passes all nodes above untouched. */
export class JudgedFailure extends OuzelError {}

/** A node failed on a record, and the task stops. The advice begins with that of the cause. */
export class ProcessingFailure extends JudgedFailure {
  constructor(where: string, cause: Error, attempts: number) {
    const own = 'Set `processingHandler: "continue"` to skip such records, and `deadLetterTopic` to keep them.';
    super('OUZEL_PROCESSING', {
      what: attempts === 1 ? whatOf(cause) : `${whatOf(cause)} (after ${attempts} attempts)`,
      where,
      help: helpWith(cause, own),
      cause,
    });
  }
}

/**
 * A runtime operator. Nodes hold their children and call them directly. A promise appears only where user code returned
 * one, and then it is handed up.
 *
 * Contract of subclasses: `process` returns what `forward` returned, or a promise that includes it.
 */
export abstract class ProcessorNode<KIn = unknown, VIn = unknown, KOut = unknown, VOut = unknown> {
  name = '';
  /** The names of the stores that the topology has connected to this node. */
  stores: readonly string[] = [];
  readonly children: AnyNode[] = [];
  /** Records taken, for metrics. */
  processed = 0;
  /** Attempts of its user code beyond the first, for metrics. */
  retries = 0;
  /** Takes the timestamps of the records that come. Set where nothing follows the node. */
  arrivals: { note(timestamp: number): void } | undefined = undefined;
  protected context!: NodeContext;

  /** Called once, parents before children, when the task's stores are open. Subclasses call super. */
  init(context: NodeContext): void | Promise<void> {
    this.context = context;
  }

  abstract process(record: StreamRecord<KIn, VIn>): void | Promise<void>;

  close(): void | Promise<void> {}

  /** Finishes what was begun and not forwarded yet; called before each commit, which must not pass unfinished work. */
  drain(): void | Promise<void> {}

  /** Returns the user code of this node that has been at work for longest; undefined when none is. */
  get userWork(): UserWork | undefined {
    return undefined;
  }

  /**
   * Event time is at least this, though no record says so (`idleSourceTimeout`): what waits for time looks again.
   * Records older than that are late from now on.
   */
  advanceTime(_time: number): void | Promise<void> {}

  /**
   * Calls `process`. A failure of this very node goes to the processing handler: a branch that fails does not stop its
   * siblings.
   */
  receive(record: StreamRecord<KIn, VIn>): void | Promise<void> {
    this.processed++;
    if (this.arrivals !== undefined) this.arrivals.note(record.timestamp);
    const place = this.context.record;
    try {
      const pending = this.process(record);
      if (pending !== undefined) return pending.catch((thrown: unknown) => this.fail(thrown, record, place));
    } catch (thrown) {
      this.fail(thrown, record, place);
    }
  }

  /** Hands a record to all children in order, or to the one given. */
  protected forward(record: StreamRecord<KOut, VOut>, child?: AnyNode): void | Promise<void> {
    const { context } = this;
    const former = context.record;
    if (record.timestamp === former.timestamp && record.headers === former.headers)
      return child === undefined ? this.deliver(record, 0) : child.receive(record);
    context.record = contextAt(former, record.timestamp, record.headers);
    const pending = child === undefined ? this.deliver(record, 0) : child.receive(record);
    if (pending === undefined) context.record = former;
    else
      return pending.finally(() => {
        context.record = former;
      });
  }

  protected drop(reason: DropReason): void {
    this.context.drop(reason, this);
  }

  /** Hands the record to the children. After a promise it goes on in the record context in which it began. */
  private deliver(record: StreamRecord<KOut, VOut>, from: number): void | Promise<void> {
    const { children, context } = this;
    const place = context.record;
    for (let i = from; i < children.length; i++) {
      const pending = children[i]!.receive(record);
      if (pending === undefined) continue;
      if (i + 1 === children.length) return pending;
      return pending.then(() => {
        context.record = place;
        return this.deliver(record, i + 1);
      });
    }
  }

  private fail(thrown: unknown, record: StreamRecord<KIn, VIn>, place: RecordContext): void {
    if (thrown instanceof JudgedFailure) throw thrown;
    this.context.record = place;
    this.context.failed(asError(thrown), this, record);
  }
}
