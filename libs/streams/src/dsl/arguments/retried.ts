import type { ValueMapper } from '../../operators/callbacks.js';
import { iterableOf } from '../../operators/results.js';
import { Retried } from '../../operators/retried.js';
import { retryPolicy } from '../../operators/retry.js';
import type { ProcessorNode } from '../../processor/node.js';
import type { CallbackOptions } from '../options/index.js';
import { promised } from '@ouzel/core';

/** Makes an operator with its callback. */
type Make<K, V, R> = (callback: ValueMapper<K, V, R>) => ProcessorNode<K, V, never, never>;

/**
 * Returns a function that makes the operator of a task. Where the options say so, the operator is behind a node that
 * calls the callback again when it fails. Throws OUZEL_TOPOLOGY or OUZEL_CONFIG for options of `retry` that do not fit.
 */
export function calling<K, V, R>(
  callback: ValueMapper<K, V, R>,
  options: CallbackOptions | undefined,
  operator: string,
  make: Make<K, V, R>,
): () => ProcessorNode {
  if (options?.retry === undefined) return () => make(callback);
  const policy = retryPolicy(options.retry, operator);
  return () => new Retried(callback, policy, make);
}

/**
 * Returns a callback that makes all its results at once, where it is called again when it fails: a generator would fail
 * after some of its results have gone on.
 */
export function atOnce<K, V, R>(
  callback: ValueMapper<K, V, Iterable<R>>,
  options: CallbackOptions | undefined,
  operator: string,
): ValueMapper<K, V, Iterable<R>> {
  if (options?.retry === undefined) return callback;
  const collected = (results: Iterable<R>) => [...iterableOf(results, operator)];
  return (value, key, record) => {
    const results = callback(value, key, record);
    const pending = promised(results) as Promise<Iterable<R>> | undefined;
    return pending === undefined ? collected(results) : (pending.then(collected) as never);
  };
}
