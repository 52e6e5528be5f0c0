import { OuzelError } from '@ouzel/core';

/** Throws OUZEL_PROMISE when a callback that must be synchronous answered a promise: its result would be a promise in a store or topic. */
export function synchronous<T>(result: T, callback: string): T {
  if (typeof result === 'object' && result !== null && typeof (result as { then?: unknown }).then === 'function') {
    throw new OuzelError('OUZEL_PROMISE', {
      what: `the callback of ${callback} answered a promise`,
      help: 'Use asyncMapValues for asynchronous work, or a Processor.',
    });
  }
  return result;
}
