import type { KStream, KTable } from '@ouzel/streams';
import { onProperty, type Declared } from './operator.js';
import type { RepartitionOptions, StreamOptions, TableOptions } from './options.js';
import type { Unchecked } from './untyped.js';
import type { KeyOf, Owner, Upstream, UpstreamOf, ValueOf } from './upstream.js';

export type StreamOf<From> = KStream<KeyOf<From>, ValueOf<From>>;
export type TableOf<From> = KTable<KeyOf<From>, ValueOf<From>>;

export type SameStream<U> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Declared<StreamOf<UpstreamOf<T, U>>, T[N]>,
) => void;
export type MergedStream<L, R> = <T extends Owner<L> & Owner<R>, N extends keyof T & string>(
  target: T,
  member: N & Declared<StreamOf<UpstreamOf<T, L>>, T[N]> & Declared<StreamOf<UpstreamOf<T, R>>, T[N]>,
) => void;
export type SameTable<U> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Declared<TableOf<UpstreamOf<T, U>>, T[N]>,
) => void;

/**
 * The property is the stream of the records that no `@Branch` of the upstream takes. Equal to
 * `split()….defaultBranch()`. Without it those records are dropped.
 */
export function DefaultBranch<U extends Upstream>(upstream: U, options?: StreamOptions<Unchecked, Unchecked>): SameStream<U> {
  return onProperty('defaultBranch', [upstream], options);
}

/** The property is the stream of the records of both, in the order of their arrival. Equal to `left.merge(right)`. */
export function Merge<L extends Upstream, R extends Upstream>(
  left: L,
  right: R,
  options?: StreamOptions<Unchecked, Unchecked>,
): MergedStream<L, R> {
  return onProperty('merge', [left, right], options);
}

/**
 * The property is the upstream, written to an internal topic by its key and read back. Equal to
 * `upstream.repartition(options)`.
 */
export function Repartition<U extends Upstream>(upstream: U, options?: RepartitionOptions<Unchecked, Unchecked>): SameStream<U> {
  return onProperty('repartition', [upstream], options);
}

/**
 * The property is the stream read as a table: the last value of each key, kept in a store. Equal to
 * `upstream.toTable(options)`.
 */
export function ToTable<U extends Upstream>(upstream: U, options?: TableOptions<Unchecked, Unchecked>): SameTable<U> {
  return onProperty('toTable', [upstream], options);
}
