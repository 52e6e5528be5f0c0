import type { StreamsBuilder } from '@ouzel/streams';
import { onMethod } from './operator.js';
import type { AnyFace, FaceOf, Owner, Upstream } from './upstream.js';

type Faces<T, U extends readonly Upstream[]> = { readonly [I in keyof U]: FaceOf<T, U[I]> };

/** A stream or table that a method's operator makes: its types can't be known. */
type Known<Face> = Face extends (...args: any[]) => unknown ? any : Face;
type KnownFaces<F extends readonly unknown[]> = { readonly [I in keyof F]: Known<F[I]> };

type Owners<U extends readonly Upstream[]> = U extends readonly [infer First, ...infer Rest extends readonly Upstream[]]
  ? Owner<First, AnyFace> & Owners<Rest>
  : object;
type Builds<U extends readonly Upstream[]> = <
  T extends Owners<U>,
  M extends (builder: StreamsBuilder, ...upstreams: KnownFaces<Faces<T, U>>) => unknown,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * The door to the whole DSL: the method is called once, when the topology is assembled, with the builder and the streams of the members that are named.
 * The stream or table that it returns, if any, is what the member stands for as upstream of others.
 */
export function Build<const U extends readonly Upstream[]>(...upstreams: U): Builds<U> {
  return onMethod('build', upstreams);
}
