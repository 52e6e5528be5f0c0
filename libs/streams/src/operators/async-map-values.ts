import { abortController, durationMs, type Duration, TopologyError, asError } from '@ouzel/core';
import { ProcessorNode } from '../processor/node.js';
import type { RecordContext, StreamRecord } from '../processor/record.js';
import { attempted, type AttemptOptions } from './attempts.js';

export type AsyncMapper<K, V, V2> = (value: V, key: K, record: StreamRecord<K, V>, signal: AbortSignal) => Promise<V2>;

export interface AsyncOptions {
  /** How many records are mapped at once in one task. Default: 64. */
  concurrency?: number;
  /** How long one attempt may take. Default: 30s. */
  timeout?: Duration;
  /**
   * How many attempts there are in all (default 1), and the wait before the second (default 100ms), which doubles with
   * each further one.
   */
  retry?: { attempts: number; backoff?: Duration };
}

/** The options with their defaults, durations in milliseconds. */
export interface AsyncLimits extends AttemptOptions {
  readonly concurrency: number;
}

/** Reads the options. Throws OUZEL_TOPOLOGY for a number, and OUZEL_CONFIG for a duration that does not fit. */
export function asyncLimits({ concurrency = 64, timeout = '30s', retry = { attempts: 1 } }: AsyncOptions = {}): AsyncLimits {
  for (const [name, value] of Object.entries({ concurrency, attempts: retry.attempts }))
    if (!Number.isInteger(value) || value < 1)
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: `${name} of asyncMapValues must be a whole number of at least 1, not ${String(value)}`,
      });
  return {
    concurrency,
    attempts: retry.attempts,
    timeoutMs: durationMs(timeout, 'timeout of asyncMapValues'),
    backoffMs: durationMs(retry.backoff ?? '100ms', 'backoff of asyncMapValues'),
  };
}

/** A record that was taken and not forwarded yet. */
interface Work<K, V, V2> {
  readonly record: StreamRecord<K, V>;
  readonly context: RecordContext;
  /** Undefined until the mapper has answered for good. */
  outcome: { readonly value: V2 } | { readonly error: Error } | undefined;
}

/**
 * Replaces the value by what a promise answers, many at once (no Kafka Streams operator has it). Records of one key are
 * mapped and forwarded in their order, those of different keys as they come. At the limit the task takes no further
 * record; a commit waits for all that is unfinished; closing aborts it.
 */
export class AsyncMapValues<K, V, V2> extends ProcessorNode<K, V, K, V2> {
  /** Unfinished records of each key in their order: the first is at work. */
  private readonly queues = new Map<unknown, Work<K, V, V2>[]>();
  private readonly finished: Work<K, V, V2>[] = [];
  private readonly closing = abortController();
  private open = 0;
  /** Told when something has finished; undefined while nobody waits. */
  private wake: (() => void) | undefined;

  constructor(
    private readonly mapper: AsyncMapper<K, V, V2>,
    private readonly limits: AsyncLimits,
  ) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const work: Work<K, V, V2> = { record, context: this.context.record, outcome: undefined };
    const id = identity(record.key);
    const queue = this.queues.get(id);
    this.open++;
    if (queue === undefined) {
      this.queues.set(id, [work]);
      void this.begin(work);
    } else queue.push(work);
    if (this.open >= this.limits.concurrency) return this.forwardUntil(() => this.open < this.limits.concurrency);
  }

  /** Forwards all that is unfinished, as it finishes. */
  override drain(): void | Promise<void> {
    if (this.open > 0) return this.forwardUntil(() => this.open === 0);
  }

  override close(): void {
    this.closing.abort();
    this.wake?.();
  }

  private async begin(work: Work<K, V, V2>): Promise<void> {
    const { record } = work;
    const { signal } = this.closing;
    try {
      work.outcome = {
        value: await attempted(
          (attempt) => this.mapper(record.value, record.key, record, attempt),
          this.limits,
          this.context.clock,
          signal,
        ),
      };
    } catch (thrown) {
      work.outcome = { error: asError(thrown) };
    }
    if (signal.aborted) return;
    this.finished.push(work);
    if (this.wake === undefined) this.context.defer(() => this.forwardFinished());
    else this.wake();
  }

  /** Holds the task until the condition is met or the task is given up; what finishes meanwhile is forwarded here. */
  private async forwardUntil(isEnough: () => boolean): Promise<void> {
    try {
      for (;;) {
        const finishes = new Promise<void>((resolve) => (this.wake = resolve));
        await this.forwardFinished();
        if (isEnough() || this.closing.signal.aborted) return;
        if (this.finished.length === 0) await finishes;
      }
    } finally {
      this.wake = undefined;
    }
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

  /** In the context in which the record came. */
  private async finish({ record, context, outcome }: Work<K, V, V2>): Promise<void> {
    const former = this.context.record;
    this.context.record = context;
    try {
      if ('error' in outcome!) this.context.failed(outcome.error, this, record);
      else await this.forward(record.withValue(outcome!.value));
    } finally {
      this.context.record = former;
    }
  }
}

/** Keys are the same when their text is: two decoded objects are never the same object. */
function identity(key: unknown): unknown {
  if (Buffer.isBuffer(key)) return key.toString('latin1');
  return typeof key === 'object' && key !== null ? JSON.stringify(key) : key;
}
