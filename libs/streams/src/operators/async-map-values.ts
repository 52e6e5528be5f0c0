import { durationMs, type Duration } from '../config/duration.js';
import { asError, OuzelError } from '../errors/index.js';
import { ProcessorNode } from '../processor/node.js';
import type { RecordContext, StreamRecord } from '../processor/record.js';

export type AsyncMapper<K, V, V2> = (value: V, key: K, record: StreamRecord<K, V>, signal: AbortSignal) => Promise<V2>;

export interface AsyncOptions {
  /** Records at work at once in one task. Default 64. */
  concurrency?: number;
  /** Of one attempt. Default 30s. */
  timeout?: Duration;
  /** Attempts in all (default 1), and how long is waited before the second; doubled each time (default 100ms). */
  retry?: { attempts: number; backoff?: Duration };
}

/** A record whose mapper has not answered, or whose answer has not been forwarded. */
interface Work<K, V, V2> {
  readonly record: StreamRecord<K, V>;
  readonly context: RecordContext;
  outcome: { readonly value: V2 } | { readonly error: Error } | undefined;
}

/**
 * Replaces the value by what a promise answers, many at once (no Kafka Streams operator has it). Records of one key are mapped and forwarded in their order;
 * those of different keys as they come. A commit waits for all that is unfinished; closing aborts it.
 */
export class AsyncMapValues<K, V, V2> extends ProcessorNode<K, V, K, V2> {
  private readonly concurrency: number;
  private readonly timeoutMs: number;
  private readonly attempts: number;
  private readonly backoffMs: number;
  /** Unfinished records of each key, in their order: the first is at work or waits to be forwarded. */
  private readonly queues = new Map<unknown, Work<K, V, V2>[]>();
  private readonly closing = new AbortController();
  private open = 0;
  private isEmitting = false;
  private finished: Work<K, V, V2>[] = [];
  private waiting: (() => void)[] = [];

  constructor(
    private readonly mapper: AsyncMapper<K, V, V2>,
    options: AsyncOptions = {},
  ) {
    super();
    this.concurrency = options.concurrency ?? 64;
    this.timeoutMs = durationMs(options.timeout ?? '30s', 'timeout of asyncMapValues');
    this.attempts = options.retry?.attempts ?? 1;
    this.backoffMs = durationMs(options.retry?.backoff ?? '100ms', 'backoff of asyncMapValues');
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const work: Work<K, V, V2> = { record, context: this.context.record, outcome: undefined };
    const id = identity(record.key);
    const queue = this.queues.get(id);
    this.open++;
    if (queue === undefined) {
      this.queues.set(id, [work]);
      void this.work(work);
    } else queue.push(work);
    if (this.open >= this.concurrency) return this.emitUntil(() => this.open < this.concurrency);
  }

  /** Forwards all that is unfinished, as it finishes. */
  override drain(): void | Promise<void> {
    if (this.open > 0) return this.emitUntil(() => this.open === 0);
  }

  override close(): void {
    this.closing.abort();
  }

  private async work(work: Work<K, V, V2>): Promise<void> {
    try {
      work.outcome = { value: await this.attempt(work.record, 1) };
    } catch (thrown) {
      work.outcome = { error: asError(thrown) };
    }
    if (this.closing.signal.aborted) return;
    this.finished.push(work);
    for (const wake of this.waiting.splice(0)) wake();
    if (!this.isEmitting) this.context.defer(() => this.emitFinished());
  }

  private async attempt(record: StreamRecord<K, V>, number: number): Promise<V2> {
    const abort = new AbortController();
    const cancel = this.context.clock.schedule(this.timeoutMs, () => abort.abort());
    const signal = AbortSignal.any([abort.signal, this.closing.signal]);
    try {
      return await Promise.race([this.mapper(record.value, record.key, record, signal), rejection(signal, this.timeoutMs)]);
    } catch (thrown) {
      if (number >= this.attempts || this.closing.signal.aborted) throw thrown;
    } finally {
      cancel();
    }
    await this.context.clock.sleep(this.backoffMs * 2 ** (number - 1), this.closing.signal);
    return this.attempt(record, number + 1);
  }

  /** Holds the task until the condition is met; what finishes meanwhile is forwarded here. */
  private async emitUntil(isEnough: () => boolean): Promise<void> {
    this.isEmitting = true;
    try {
      for (;;) {
        await this.emitFinished();
        if (isEnough()) return;
        if (this.finished.length === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
    } finally {
      this.isEmitting = false;
    }
  }

  private async emitFinished(): Promise<void> {
    for (let work = this.finished.shift(); work !== undefined; work = this.finished.shift()) {
      this.open--;
      this.next(identity(work.record.key));
      await this.emit(work);
    }
  }

  /** The next record of a key begins when the one before is done. */
  private next(id: unknown): void {
    const queue = this.queues.get(id)!;
    queue.shift();
    if (queue.length === 0) this.queues.delete(id);
    else void this.work(queue[0]!);
  }

  private async emit({ record, context, outcome }: Work<K, V, V2>): Promise<void> {
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

function rejection(signal: AbortSignal, timeoutMs: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new OuzelError('OUZEL_TASK_TIMEOUT', { what: `the mapper did not answer within ${timeoutMs} ms, or its task was given up` })), { once: true });
  });
}
