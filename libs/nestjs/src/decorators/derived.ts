import type { KStream, KTable } from '@ouzel/streams';
import { onProperty, type Declared } from './operator.js';
import type { RepartitionOptions, StreamOptions, TableOptions } from './options.js';
import type { FaceOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

type StreamLike<Face> = KStream<KeyOf<Face>, ValueOf<Face>>;
type TableLike<Face> = KTable<KeyOf<Face>, ValueOf<Face>>;

type SameStream<U> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Declared<StreamLike<FaceOf<T, U>>, T[N]>,
) => void;
type MergedStream<L, R> = <T extends Owner<L> & Owner<R>, N extends keyof T & string>(
  target: T,
  member: N & Declared<StreamLike<FaceOf<T, L>>, T[N]> & Declared<StreamLike<FaceOf<T, R>>, T[N]>,
) => void;
type SameTable<U> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Declared<TableLike<FaceOf<T, U>>, T[N]>,
) => void;

/** The property is the stream of what no `@Branch` of the upstream wanted. Equal to `split()….defaultBranch()`; without it those records are dropped. */
export function DefaultBranch<U extends Upstream>(upstream: U, options?: StreamOptions<any, any>): SameStream<U> {
  return onProperty('defaultBranch', [upstream], options);
}

/** The property is the stream of two, in the order of arrival. Equal to `left.merge(right)`. */
export function Merge<L extends Upstream, R extends Upstream>(left: L, right: R, options?: StreamOptions<any, any>): MergedStream<L, R> {
  return onProperty('merge', [left, right], options);
}

/** The property is the upstream after a trip through a topic of Ouzel's own, by key. Equal to `upstream.repartition(options)`. */
export function Repartition<U extends Upstream>(upstream: U, options?: RepartitionOptions<any, any>): SameStream<U> {
  return onProperty('repartition', [upstream], options);
}

/** The property is the stream read as table: the last value of each key, kept in a store. Equal to `upstream.toTable(options)`. */
export function ToTable<U extends Upstream>(upstream: U, options?: TableOptions<any, any>): SameTable<U> {
  return onProperty('toTable', [upstream], options);
}
