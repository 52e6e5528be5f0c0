import { abortController, promised, StateError } from '@ouzel/core';
import { ProcessorNode, type NodeContext, type UserWork } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import { nameOfCallback, type ValueMapper } from './callbacks.js';
import { again, GaveUp, type RetryPolicy } from './retry.js';

/**
 * An operator whose callback is called again when it fails (Kafka Streams has no such operator).
 *
 * It calls the callback before the operator does anything with the record, so an attempt that fails leaves nothing
 * behind: only the last result reaches the operator, which then works as ever. The result may also be a promise. The
 * task waits for it, and for the time between two attempts, as it does for a processor that returns a promise.
 */
export class Retried<K, V, R> extends ProcessorNode<K, V, unknown, unknown> {
  private readonly operator: ProcessorNode<K, V, unknown, unknown>;
  private readonly closing = abortController();
  /** The result for the record that is handed to the operator. */
  private result: R | undefined;
  private work: UserWork | undefined;

  /** `make` makes the operator with the callback that it is to call. */
  constructor(
    private readonly callback: ValueMapper<K, V, R>,
    private readonly policy: RetryPolicy,
    make: (callback: ValueMapper<K, V, R>) => ProcessorNode<K, V, unknown, unknown>,
  ) {
    super();
    this.operator = make(() => this.result as R);
  }

  override init(context: NodeContext): void | Promise<void> {
    void super.init(context);
    const { operator, name, children } = this;
    operator.name = name;
    operator.children.push(...children);
    return operator.init(context);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const call = () => this.callback(record.value, record.key, record);
    let returned: R;
    try {
      returned = call();
    } catch (thrown) {
      if (this.policy.attempts === 1) throw thrown;
      return this.finish(record, this.retry(call, thrown));
    }
    const pending = promised(returned);
    if (pending === undefined) return this.operate(record, returned);
    return this.finish(
      record,
      pending.catch((thrown: unknown) => this.retry(call, thrown)),
    );
  }

  override close(): void {
    this.closing.abort();
  }

  override get userWork(): UserWork | undefined {
    return this.work;
  }

  private retry(call: () => R | Promise<R>, thrown: unknown): Promise<R> {
    const attempt = () => {
      this.retries++;
      return call();
    };
    return again(attempt, thrown, this.policy, this.context, this.closing.signal);
  }

  /** Goes on with the record when its result is there, under the record context in which the record came. */
  private async finish(record: StreamRecord<K, V>, pending: Promise<unknown>): Promise<void> {
    const { context, callback } = this;
    const place = context.record;
    this.work = { call: nameOfCallback(callback), place, since: context.clock.monotonic() };
    const outcome = await pending.then(
      (result) => ({ result: result as R }),
      (thrown: unknown) => ({ thrown }),
    );
    this.work = undefined;
    context.record = place;
    if ('thrown' in outcome) return this.failed(outcome.thrown, record);
    await this.operate(record, outcome.result);
  }

  private failed(thrown: unknown, record: StreamRecord<K, V>): void {
    if (this.closing.signal.aborted)
      throw new StateError('OUZEL_TASK_MIGRATED', { what: 'the task was given up before a callback was called again', where: this.name });
    if (!(thrown instanceof GaveUp)) throw thrown;
    this.context.failed(thrown.error, this, record, thrown.attempts);
  }

  private operate(record: StreamRecord<K, V>, result: R): void | Promise<void> {
    this.result = result;
    return this.operator.process(record);
  }
}
