import { abortController, asError, durationMs, Signal, StateError, TopologyError, type Duration } from '@ouzel/core';
import { ProcessorNode, type NodeContext, type UserWork } from '../processor/node.js';
import type { RecordContext, StreamRecord } from '../record/record.js';
import { attempted, type AttemptOptions } from './attempts.js';
import { nameOfCallback } from './callbacks.js';
import { GaveUp, retryPolicy, type RetryOptions } from './retry.js';

export type AsyncMapper<K, V, V2> = (value: V, key: K, record: StreamRecord<K, V>, signal: AbortSignal) => Promise<V2>;

export interface AsyncOptions {
  /** How many records are mapped at once in one task. Default: 64. */
  concurrency?: number;
  /** How long one attempt may take. Default: 30s. */
  timeout?: Duration;
  /** Whether the mapper is called again when it fails or takes too long. Default: it is not. */
  retry?: RetryOptions;
}

/** The options with their defaults, durations in milliseconds. */
export interface AsyncLimits extends AttemptOptions {
  readonly concurrency: number;
}

/** Reads the options. Throws OUZEL_TOPOLOGY for a number, and OUZEL_CONFIG for a duration that does not fit. */
export function asyncLimits({ concurrency = 64, timeout = '30s', retry = { attempts: 1 } }: AsyncOptions = {}): AsyncLimits {
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `concurrency of asyncMapValues must be a whole number of at least 1, not ${String(concurrency)}`,
    });
  const timeoutMs = durationMs(timeout, 'timeout of asyncMapValues');
  return { ...retryPolicy(retry, 'asyncMapValues'), concurrency, timeoutMs };
}

/** A record that was taken and not forwarded yet. */
interface Work<K, V, V2> {
  readonly record: StreamRecord<K, V>;
  readonly place: RecordContext;
  /** When the mapper was called, on the monotonic clock; undefined while it waits for another record of its key. */
  since: number | undefined;
  /** Undefined while the mapper works, or is tried again. */
  outcome: { readonly value: V2 } | { readonly error: Error; readonly attempts: number } | undefined;
}

/**
 * Replaces the value by the result of a promise, many at once (Kafka Streams has no such operator). Records of one key
 * are mapped and forwarded in their order, those of different keys as they come. At the limit the task takes no further
 * record; a commit waits for all that is unfinished; closing aborts it.
 */
export class AsyncMapValues<K, V, V2> extends ProcessorNode<K, V, K, V2> {
  /** Unfinished records of each key in their order: the first is at work. */
  private readonly queues = new Map<unknown, Work<K, V, V2>[]>();
  private readonly finished: Work<K, V, V2>[] = [];
  private readonly closing = abortController();
  private finishes!: Signal;
  private open = 0;
  /** The task waits for this node, which forwards what finishes; else the task is asked for a turn. */
  private isHolding = false;
  private isDeferred = false;

  constructor(
    private readonly mapper: AsyncMapper<K, V, V2>,
    private readonly limits: AsyncLimits,
  ) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.finishes = new Signal(context.clock);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const work: Work<K, V, V2> = { record, place: this.context.record, since: undefined, outcome: undefined };
    const id = identity(record.key);
    const queue = this.queues.get(id);
    this.open++;
    if (queue === undefined) {
      this.queues.set(id, [work]);
      void this.begin(work);
    } else queue.push(work);
    if (this.open >= this.limits.concurrency) return this.forwardUntil(() => this.open < this.limits.concurrency);
  }

  /**
   * Forwards all that is unfinished, as it finishes. Rejects when the task is given up meanwhile: what is lost by that
   * must not be committed.
   */
  override drain(): void | Promise<void> {
    if (this.open > 0) return this.forwardAll();
  }

  override close(): void {
    this.closing.abort();
    this.finishes.wake();
  }

  override get userWork(): UserWork | undefined {
    let oldest: UserWork | undefined;
    for (const [{ place, since, outcome }] of this.queues.values() as Iterable<[Work<K, V, V2>]>)
      if (since !== undefined && outcome === undefined && (oldest === undefined || since < oldest.since))
        oldest = { call: nameOfCallback(this.mapper), place, since };
    return oldest;
  }

  private async begin(work: Work<K, V, V2>): Promise<void> {
    const { record } = work;
    const { signal } = this.closing;
    work.since = this.context.clock.monotonic();
    try {
      let calls = 0;
      const call = (attempt: AbortSignal) => {
        if (calls++ > 0) this.retries++;
        return this.mapper(record.value, record.key, record, attempt);
      };
      work.outcome = { value: await attempted(call, this.limits, this.context, signal) };
    } catch (thrown) {
      work.outcome = thrown instanceof GaveUp ? thrown : { error: asError(thrown), attempts: 1 };
    }
    if (signal.aborted) return;
    this.finished.push(work);
    if (this.isHolding) this.finishes.wake();
    else if (!this.isDeferred) this.deferForwarding();
  }

  private deferForwarding(): void {
    this.isDeferred = true;
    this.context.defer(() => {
      this.isDeferred = false;
      return this.forwardFinished();
    });
  }

  /** Holds the task until the condition is met or the task is given up. What finishes meanwhile is forwarded here. */
  private async forwardUntil(isEnough: () => boolean): Promise<void> {
    this.isHolding = true;
    try {
      for (;;) {
        await this.forwardFinished();
        if (isEnough() || this.closing.signal.aborted) return;
        if (this.finished.length === 0) await this.finishes.wait();
      }
    } finally {
      this.isHolding = false;
      // This call is over: results that came meanwhile are forwarded by a deferred one.
      if (this.finished.length > 0 && !this.isDeferred) this.deferForwarding();
    }
  }

  private async forwardAll(): Promise<void> {
    await this.forwardUntil(() => this.open === 0);
    if (this.open > 0)
      throw new StateError('OUZEL_TASK_MIGRATED', { what: 'the task was given up while records were being mapped', where: this.name });
  }

  private async forwardFinished(): Promise<void> {
    for (let work = this.finished.shift(); work !== undefined; work = this.finished.shift()) {
      this.open--;
      this.beginNext(identity(work.record.key));
      await this.finish(work);
    }
  }

  private beginNext(id: unknown): void {
    const queue = this.queues.get(id)!;
    queue.shift();
    if (queue.length === 0) this.queues.delete(id);
    else void this.begin(queue[0]!);
  }

  /** Goes on under the record context in which the record came. */
  private async finish({ record, place, outcome }: Work<K, V, V2>): Promise<void> {
    const former = this.context.record;
    this.context.record = place;
    try {
      if ('error' in outcome!) this.context.failed(outcome.error, this, record, outcome.attempts);
      else {
        const { resumed } = this.context;
        const mapped = record.withValue(outcome!.value);
        await (resumed === undefined ? this.forward(mapped) : resumed(() => this.forward(mapped)));
      }
    } finally {
      this.context.record = former;
    }
  }
}

/**
 * Returns what two keys have in common when they are the same: two decoded objects are never the same object, but their
 * text is equal.
 */
function identity(key: unknown): unknown {
  if (Buffer.isBuffer(key)) return key.toString('latin1');
  if (typeof key !== 'object' || key === null) return key;
  return JSON.stringify(key, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}
