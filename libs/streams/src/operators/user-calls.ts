import type { NodeContext, ProcessorNode, UserWork } from '../processor/node.js';
import { asError, handled, OuzelError, promised } from '@ouzel/core';
import type { RecordContext, StreamRecord } from '../record/record.js';

/** Hands a record to the nodes below: to the child named, or to all. */
type Emit = (record: StreamRecord<unknown, unknown>, child: string | undefined) => void | Promise<void>;

/**
 * The calls into one processor's user code: `process`, `init`, `close` and its punctuators, one at a time.
 *
 * A call is finished when what it returned has settled and all that it forwarded is finished, whether the user code
 * waited for it or not. The task goes on to the next record only then. So forwarded records keep their order, and a
 * failure below a forward that was not awaited is a failure of this call.
 */
export class UserCalls {
  /** Where the record of the call under way came from; undefined between calls. */
  place: RecordContext | undefined;
  /** The last forward that is not finished. The next one begins behind it. */
  private last: Promise<void> | undefined;
  /** The call under way returned a promise. */
  private isAwaited = false;
  /** Set while the call under way is not finished. */
  work: UserWork | undefined;

  constructor(
    private readonly context: NodeContext,
    private readonly node: ProcessorNode,
    private readonly emit: Emit,
  ) {}

  /**
   * Calls user code, which errors call `name`. Returns a promise only where the call, or a record that it forwarded, is
   * not finished.
   */
  run<T>(name: string, call: (argument: T) => unknown, argument: T): void | Promise<void> {
    this.place = this.context.record;
    try {
      const answer = promised(call(argument));
      if (answer !== undefined || this.last !== undefined) return this.finish(name, answer);
      this.place = undefined;
    } catch (thrown) {
      if (this.last !== undefined) return this.finish(name, undefined, { thrown });
      this.place = undefined;
      throw thrown;
    }
  }

  /**
   * Forwards under the record context of the call, after the forwards before it. Returns a promise only where the
   * forward is not finished.
   *
   * That promise rejects only where the call returned a promise, which is then expected to depend on it. Otherwise it
   * could not be caught: a failure stops the task, and the promise stays pending.
   */
  forward(record: StreamRecord<unknown, unknown>, child: string | undefined): void | Promise<void> {
    const { place, last } = this;
    if (place === undefined) return this.refuse();
    if (last !== undefined) return this.keep(last.then(() => this.emitAt(place, record, child)));
    const pending = this.emitAt(place, record, child);
    if (pending === undefined) return;
    this.context.record = place;
    return this.keep(pending);
  }

  private emitAt(place: RecordContext, record: StreamRecord<unknown, unknown>, child: string | undefined): void | Promise<void> {
    this.context.record = place;
    return this.emit(record, child);
  }

  private keep(pending: Promise<void>): Promise<void> {
    this.last = pending;
    pending.then(
      () => {
        if (this.last === pending) this.last = undefined;
      },
      () => {}, // It stays the last one: what is forwarded behind a failure is not delivered.
    );
    const shown = new Promise<void>((resolve, reject) => {
      pending.then(resolve, (thrown: unknown) => {
        if (this.isAwaited) reject(asError(thrown));
      });
    });
    handled(shown);
    return shown;
  }

  private async finish(name: string, answer: Promise<void> | undefined, failure?: { readonly thrown: unknown }): Promise<void> {
    this.isAwaited = answer !== undefined;
    this.work = { call: name, place: this.place!, since: this.context.clock.monotonic() };
    try {
      const outcome = failure ?? (await answer?.then(succeeded, failed));
      while (this.last !== undefined) await this.last;
      if (outcome !== undefined) throw outcome.thrown;
    } finally {
      this.place = this.last = this.work = undefined;
      this.isAwaited = false;
    }
  }

  /** The record that this belongs to is finished, and may be committed. */
  private refuse(): void {
    const { context, node } = this;
    const error = new OuzelError('OUZEL_PROCESSING', {
      what: 'a record was forwarded while no call of the processor was under way',
      where: `${node.name} of task ${context.taskId}`,
      help: 'Return or await every promise in process, init, close and punctuators: a record is committed as soon as its call is finished.',
    });
    context.defer(() => {
      throw error;
    });
  }
}

const succeeded = () => undefined;
const failed = (thrown: unknown) => ({ thrown });
