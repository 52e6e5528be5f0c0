import type { OperatorName } from './member.js';
import { onMethod, type MemberDecorator, type Synchronous } from './operator.js';
import type { ForeignKeyJoinOptions, GlobalJoinOptions, KeyJoinOptions, StreamJoinOptions } from './options.js';
import type { AnyGlobalTable, AnyStream, AnyTable, Unchecked } from './untyped.js';
import type { UpstreamOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

export type FindsKey = (value: Unchecked, key: Unchecked) => unknown;

export type SameKey<Left, Right> = [KeyOf<Left>] extends [KeyOf<Right>]
  ? unknown
  : { readonly 'the keys of both sides differ': [KeyOf<Left>, KeyOf<Right>] };
export type Finds<F, Left, Right> = F extends (value: ValueOf<Left>, key: KeyOf<Left>) => KeyOf<Right> | null
  ? unknown
  : { readonly 'the key of the other side is found by': (value: ValueOf<Left>, key: KeyOf<Left>) => KeyOf<Right> | null };

export type JoinMethod<Left, Right, MissingLeft, MissingRight, Out> = (
  left: ValueOf<Left> | MissingLeft,
  right: ValueOf<Right> | MissingRight,
  key: KeyOf<Left>,
) => Out;

export type ByKey<L, R, LeftType, RightType, MissingLeft, MissingRight, Out> = <
  T extends Owner<L, LeftType> & Owner<R, RightType>,
  M extends JoinMethod<UpstreamOf<T, L>, UpstreamOf<T, R>, MissingLeft, MissingRight, Out>,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M> & SameKey<UpstreamOf<T, L>, UpstreamOf<T, R>>,
) => void;

export type ByFoundKey<L, R, LeftType, RightType, F, MissingRight, Out> = <
  T extends Owner<L, LeftType> & Owner<R, RightType>,
  M extends JoinMethod<UpstreamOf<T, L>, UpstreamOf<T, R>, never, MissingRight, Out>,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M> & Finds<F, UpstreamOf<T, L>, UpstreamOf<T, R>>,
) => void;

export interface StreamWithStream<MissingLeft, MissingRight> {
  <L extends Upstream, R extends Upstream, V = unknown>(
    left: L,
    right: R,
    options: StreamJoinOptions<V>,
  ): ByKey<L, R, AnyStream, AnyStream, MissingLeft, MissingRight, V>;
}
export interface StreamWithGlobalTable<MissingRight> {
  <L extends Upstream, R extends Upstream, F extends FindsKey, V = unknown>(
    left: L,
    right: R,
    options: GlobalJoinOptions<F, V>,
  ): ByFoundKey<L, R, AnyStream, AnyGlobalTable, F, MissingRight, V>;
}
export interface TablesByForeignKey<MissingRight> {
  <L extends Upstream, R extends Upstream, F extends FindsKey, V = unknown>(
    left: L,
    right: R,
    options: ForeignKeyJoinOptions<F, V>,
  ): ByFoundKey<L, R, AnyTable, AnyTable, F, MissingRight, V | null>;
}
export interface WithTable<LeftType, MissingLeft, MissingRight> {
  <L extends Upstream, R extends Upstream, V = unknown>(
    left: L,
    right: R,
    options?: KeyJoinOptions<V>,
  ): ByKey<L, R, LeftType, AnyTable, MissingLeft, MissingRight, V | null>;
}

/**
 * The method returns one value of two that belong together: `(left, right, key)`. The options say which join it is:
 *
 * - `window` joins two streams whose records lie near each other in time;
 * - `on` joins a stream with a global table;
 * - `foreignKey` joins two tables by a key in the rows of the first;
 * - without these a stream, or a table, is joined with a table of the same key.
 *
 * Equal to `left.join(right, method, options)`.
 */
export const Join: StreamWithStream<never, never> &
  StreamWithGlobalTable<never> &
  TablesByForeignKey<never> &
  WithTable<AnyStream | AnyTable, never, never> = joining('join');

/**
 * Joins as `@Join` does. The method is also called for a record or row on the left that finds nothing, with null for
 * the right. Equal to `left.leftJoin(right, method, options)`.
 */
export const LeftJoin: StreamWithStream<never, null> &
  StreamWithGlobalTable<null> &
  TablesByForeignKey<null> &
  WithTable<AnyStream | AnyTable, never, null> = joining('leftJoin');

/**
 * Joins two streams or two tables as `@Join` does. The method is also called for a record or row that finds nothing,
 * with null for the other side. Equal to `left.outerJoin(right, method, options)`.
 */
export const OuterJoin: StreamWithStream<null, null> & WithTable<AnyTable, null, null> = joining('outerJoin');

function joining(name: OperatorName) {
  return (left: Upstream, right: Upstream, options?: object): MemberDecorator => onMethod(name, [left, right], options);
}
