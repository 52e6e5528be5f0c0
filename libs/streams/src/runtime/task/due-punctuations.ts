import { asError, promised } from '@ouzel/core';
import { noRecord } from '../../record/record.js';
import type { PunctuationQueue } from './punctuation-queue.js';
import type { TaskNodeContext } from './task-node-context.js';

/**
 * Calls the punctuators that are due at `now`, one after the other. A failure goes to the processing handler. Returns a
 * promise only where a punctuator returned one.
 */
export function callDue(queue: PunctuationQueue, now: number, context: TaskNodeContext): void | Promise<void> {
  for (let due = queue.take(now); due !== undefined; due = queue.take(now)) {
    const called = due;
    context.record = noRecord(now);
    try {
      const pending = promised(called.punctuate(now));
      if (pending !== undefined) {
        return pending
          .catch((thrown: unknown) => context.failed(asError(thrown), called.node, null))
          .then(() => queue.again(called, now))
          .then(() => callDue(queue, now, context));
      }
    } catch (thrown) {
      context.failed(asError(thrown), called.node, null);
    }
    queue.again(called, now);
  }
}
