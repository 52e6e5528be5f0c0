import { onMethod, type MethodFor, type Shape } from './operator.js';
import type { AsyncMapValuesOptions } from './options.js';
import type { UpstreamOf, Owner, Upstream } from './upstream.js';

export interface MakesValueLater extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record'], signal: AbortSignal) => Promise<this['newValue']>;
}

export type Asynchronous<U, V2> = <T extends Owner<U>, M extends MethodFor<MakesValueLater, UpstreamOf<T, U>, unknown, V2>>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * The method returns a promise of a new value: `(value, key, record, signal)`. Many records are mapped at once. Records
 * of one key stay in order, and a commit waits for what is unfinished. Pass the signal to what the method calls: it is
 * aborted at the timeout, and when the task moves to another instance. Equal to `upstream.asyncMapValues(method,
 * options)`.
 */
export function AsyncMapValues<U extends Upstream, V2 = unknown>(upstream: U, options?: AsyncMapValuesOptions<V2>): Asynchronous<U, V2> {
  return onMethod('asyncMapValues', [upstream], options);
}
