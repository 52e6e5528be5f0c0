import type { KTable } from '@ouzel/streams';
import { onMethod, onProperty, type Declared, type OperatorDecorator, type Shape } from './operator.js';
import type { AggregateOptions, CountOptions, ReduceOptions, Windows } from './options.js';
import type { GroupKey, Grouping, RowKey } from './row-key.js';
import type { UpstreamOf, Owner, Upstream } from './upstream.js';

export interface Combines extends Shape {
  readonly method: (aggregate: this['value'], value: this['value']) => this['value'] | null;
}
export interface Folds extends Shape {
  readonly method: (aggregate: this['newValue'], value: this['value'], key: this['key']) => this['newValue'] | null;
}
export type Counted<U, GK, W> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Declared<KTable<RowKey<GroupKey<UpstreamOf<T, U>, GK>, W>, number>, T[N]>,
) => void;

/**
 * The property is the number of records per key, or per key and window. Equal to
 * `upstream.groupByKey().count(options)`; the options may group by another key and in windows.
 */
export function Count<U extends Upstream, GK extends Grouping = unknown, W extends Windows | undefined = undefined>(
  upstream: U,
  options?: CountOptions<GK, W>,
): Counted<U, GK, W> {
  return onProperty('count', [upstream], options);
}

/**
 * The method combines the value so far with the next one: `(aggregate, value)`. The first value of a key is kept as it
 * is, and null deletes the row. Equal to `upstream.groupByKey().reduce(method, options)`; the options may group by
 * another key and in windows.
 */
export function Reduce<U extends Upstream, GK extends Grouping = unknown, W extends Windows | undefined = undefined, V = unknown>(
  upstream: U,
  options?: ReduceOptions<GK, W, V>,
): OperatorDecorator<Combines, U> {
  return onMethod('reduce', [upstream], options);
}

/**
 * The method folds a value into the aggregate of its key: `(aggregate, value, key)`. Null deletes the row. Equal to
 * `upstream.groupByKey().aggregate(initial, method, options)`; the options may group by another key and in windows.
 */
export function Aggregate<U extends Upstream, A, GK extends Grouping = unknown, W extends Windows | undefined = undefined>(
  upstream: U,
  options: AggregateOptions<GK, W, A>,
): OperatorDecorator<Folds, U, unknown, A> {
  return onMethod('aggregate', [upstream], options);
}
