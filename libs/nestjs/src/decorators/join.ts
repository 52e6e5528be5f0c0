import type { GlobalKTable, KStream, KTable } from '@ouzel/streams';
import type { OperatorName } from './member.js';
import { onMethod, type Synchronous } from './operator.js';
import type { ForeignKeyJoinOptions, GlobalJoinOptions, KeyJoinOptions, StreamJoinOptions } from './options.js';
import type { FaceOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

type Stream = KStream<any, any>;
type Table = KTable<any, any>;
type GlobalTable = GlobalKTable<any, any>;
type FindsKey = (value: any, key: any) => unknown;

type SameKey<Left, Right> = [KeyOf<Left>] extends [KeyOf<Right>]
  ? unknown
  : { readonly 'the keys of both sides differ': [KeyOf<Left>, KeyOf<Right>] };
type Finds<F, Left, Right> = F extends (value: ValueOf<Left>, key: KeyOf<Left>) => KeyOf<Right> | null
  ? unknown
  : { readonly 'the key of the other side is found by': (value: ValueOf<Left>, key: KeyOf<Left>) => KeyOf<Right> | null };

type JoinMethod<Left, Right, MissingLeft, MissingRight, Out> = (
  left: ValueOf<Left> | MissingLeft,
  right: ValueOf<Right> | MissingRight,
  key: KeyOf<Left>,
) => Out;

type ByKey<L, R, LeftFace, RightFace, MissingLeft, MissingRight, Out> = <
  T extends Owner<L, LeftFace> & Owner<R, RightFace>,
  M extends JoinMethod<FaceOf<T, L>, FaceOf<T, R>, MissingLeft, MissingRight, Out>,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M> & SameKey<FaceOf<T, L>, FaceOf<T, R>>,
) => void;

type ByFoundKey<L, R, LeftFace, RightFace, F, MissingRight, Out> = <
  T extends Owner<L, LeftFace> & Owner<R, RightFace>,
  M extends JoinMethod<FaceOf<T, L>, FaceOf<T, R>, never, MissingRight, Out>,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M> & Finds<F, FaceOf<T, L>, FaceOf<T, R>>,
) => void;

interface OfStreams<MissingLeft, MissingRight> {
  <L extends Upstream, R extends Upstream, V = unknown>(
    left: L,
    right: R,
    options: StreamJoinOptions<V>,
  ): ByKey<L, R, Stream, Stream, MissingLeft, MissingRight, V>;
}
interface WithGlobalTable<MissingRight> {
  <L extends Upstream, R extends Upstream, F extends FindsKey, V = unknown>(
    left: L,
    right: R,
    options: GlobalJoinOptions<F, V>,
  ): ByFoundKey<L, R, Stream, GlobalTable, F, MissingRight, V>;
}
interface ByForeignKey<MissingRight> {
  <L extends Upstream, R extends Upstream, F extends FindsKey, V = unknown>(
    left: L,
    right: R,
    options: ForeignKeyJoinOptions<F, V>,
  ): ByFoundKey<L, R, Table, Table, F, MissingRight, V | null>;
}
interface WithTable<LeftFace, MissingLeft, MissingRight> {
  <L extends Upstream, R extends Upstream, V = unknown>(
    left: L,
    right: R,
    options?: KeyJoinOptions<V>,
  ): ByKey<L, R, LeftFace, Table, MissingLeft, MissingRight, V | null>;
}

/**
 * The method makes one value of two that belong together: `(left, right, key)`. The options say which join it is:
 *
 * - `window`: two streams whose records lie near each other in time;
 * - `on`: a stream and a global table;
 * - `foreignKey`: two tables, by a key that stands in the rows of the first;
 * - none of these: a stream, or a table, and a table with the same key.
 *
 * Equal to `left.join(right, method, options)`.
 */
export const Join: OfStreams<never, never> & WithGlobalTable<never> & ByForeignKey<never> & WithTable<Stream | Table, never, never> =
  joining('join');

/** As `@Join`, and what is on the left and finds nothing comes with null. Equal to `left.leftJoin(right, method, options)`. */
export const LeftJoin: OfStreams<never, null> & WithGlobalTable<null> & ByForeignKey<null> & WithTable<Stream | Table, never, null> =
  joining('leftJoin');

/** As `@Join` of two streams or of two tables, and what finds nothing on either side comes with null. Equal to `left.outerJoin(right, method, options)`. */
export const OuterJoin: OfStreams<null, null> & WithTable<Table, null, null> = joining('outerJoin');

function joining(name: OperatorName) {
  return (left: Upstream, right: Upstream, options?: object): ((target: object, member: string) => void) =>
    onMethod(name, [left, right], options);
}
