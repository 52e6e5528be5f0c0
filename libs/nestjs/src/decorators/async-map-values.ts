import { onMethod, type MethodFor, type Shape } from './operator.js';
import type { AsyncMapValuesOptions } from './options.js';
import type { FaceOf, Owner, Upstream } from './upstream.js';

interface GivesValueLater extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record'], signal: AbortSignal) => Promise<this['newValue']>;
}

type Asynchronous<U, V2> = <T extends Owner<U>, M extends MethodFor<GivesValueLater, FaceOf<T, U>, unknown, V2>>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * The method makes a new value by asynchronous work: `(value, key, record, signal)`. Many records are at work at once; those of one key stay in order, and a
 * commit waits for what is unfinished. Pass the signal on: it is aborted at the timeout and when the task moves elsewhere. Equal to
 * `upstream.asyncMapValues(method, options)`.
 */
export function AsyncMapValues<U extends Upstream, V2 = unknown>(upstream: U, options?: AsyncMapValuesOptions<V2>): Asynchronous<U, V2> {
  return onMethod('asyncMapValues', [upstream], options);
}
