import { handled, OuzelError, promised } from '@ouzel/core';

/**
 * Returns the result of a callback that must be synchronous. Throws OUZEL_PROMISE when the result is a promise, which
 * would end up in a store or topic; `callback` is the operator's name.
 */
export function synchronous<T>(result: T, callback: string): T {
  const promise = promised(result);
  if (promise === undefined) return result;
  handled(promise);
  throw new OuzelError('OUZEL_PROMISE', {
    what: `the callback of ${callback} returned a promise`,
    help: 'Use asyncMapValues for asynchronous work, or a Processor.',
  });
}

/**
 * Returns the pair that a callback must return. Throws OUZEL_PROMISE for a promise, OUZEL_PROCESSING for anything else.
 */
export function pairOf<K, V>(result: readonly [K, V], callback: string): readonly [K, V] {
  if (Array.isArray(synchronous(result, callback))) return result;
  throw unusable(result, callback, 'the pair [key, value]');
}

/**
 * Returns what a callback must return that makes several results. Throws OUZEL_PROMISE for a promise, OUZEL_PROCESSING
 * for what is not iterable.
 */
export function iterableOf<T>(result: Iterable<T>, callback: string): Iterable<T> {
  const isIterable = typeof (synchronous(result, callback) as Partial<Iterable<T>> | null | undefined)?.[Symbol.iterator] === 'function';
  if (isIterable) return result;
  throw unusable(result, callback, 'an array or another iterable');
}

function unusable(result: unknown, callback: string, wanted: string): OuzelError {
  const found = result === null || result === undefined ? String(result) : `a value of type ${typeof result}`;
  return new OuzelError('OUZEL_PROCESSING', { what: `the callback of ${callback} must return ${wanted}, not ${found}` });
}
