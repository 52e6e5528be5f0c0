import type { StreamsBuilder } from '@ouzel/streams';
import { onMethod } from './operator.js';
import type { Unchecked } from './untyped.js';
import type { StreamOrTable, UpstreamOf, Owner, Upstream } from './upstream.js';

export type UpstreamTypes<T, U extends readonly Upstream[]> = { readonly [I in keyof U]: UpstreamOf<T, U[I]> };

/**
 * The argument that a `@Build` method gets for a member. The compiler can not know what the operator of a method makes.
 */
export type Argument<Member> = Member extends (...args: never[]) => unknown ? Unchecked : Member;
export type Arguments<Members extends readonly unknown[]> = { readonly [I in keyof Members]: Argument<Members[I]> };

export type Owners<U extends readonly Upstream[]> = U extends readonly [infer First, ...infer Rest extends readonly Upstream[]]
  ? Owner<First, StreamOrTable> & Owners<Rest>
  : object;
export type Builds<U extends readonly Upstream[]> = <
  T extends Owners<U>,
  M extends (builder: StreamsBuilder, ...upstreams: Arguments<UpstreamTypes<T, U>>) => unknown,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * The method builds with the whole DSL. It is called once, when the topology is assembled, with the builder and with
 * the streams and tables of the members that are named. The stream or table that it returns, if any, is the upstream
 * that others name by this member.
 */
export function Build<const U extends readonly Upstream[]>(...upstreams: U): Builds<U> {
  return onMethod('build', upstreams);
}
