import type { Type } from '@nestjs/common';
import type { GlobalKTable, KStream, KTable, StreamRecord } from '@ouzel/streams';
import type { AnyGlobalTable, AnyStream, AnyTable, Unchecked } from './untyped.js';

/** Refers to a member of another topology. Made by `of`. */
export class MemberRef<Member = unknown> {
  /** Carries the type of the member. There is no such property at run time. */
  declare private readonly type: Member;

  constructor(
    readonly topology: () => Type<object>,
    readonly member: string,
  ) {}
}

/**
 * Refers to a member of another topology as an upstream. The class stands behind a function, so that two files may
 * import each other.
 *
 * ```ts
 * @Filter(of(() => PaymentTopology, 'payments'))
 * ```
 */
export function of<C extends object, M extends keyof C & string>(topology: () => Type<C>, member: M): MemberRef<C[M]> {
  return new MemberRef<C[M]>(topology, member);
}

/** Where records come from: a member of the same class by its name, or a member of another topology by `of`. */
export type Upstream = string | MemberRef<Unchecked>;

export type StreamOrTable = AnyStream | AnyTable | AnyGlobalTable;
export type OperatorMethod = (...args: never[]) => unknown;

/**
 * The type of a class whose decorator names this upstream: it has a public member of that name, either of the wanted
 * type, or a method, which is then an operator. The compiler can not know what the operator of a method makes.
 */
export type Owner<U, Wanted = AnyStream | AnyTable> = U extends string
  ? { readonly [P in U]: Wanted | OperatorMethod }
  : OwnerOfRef<U, Wanted>;
/** A member of another topology is known without the decorated class. */
export type OwnerOfRef<U, Wanted> = U extends MemberRef<infer Member> ? (Member extends Wanted | OperatorMethod ? object : never) : object;

/** The type of the upstream: a stream or table where it is a property, else the type of the method. */
export type UpstreamOf<T, U> = U extends MemberRef<infer Member> ? Member : U extends keyof T ? T[U] : never;

/** The type of the keys of a stream or table. Unchecked behind a method. */
export type KeyOf<From> =
  From extends KStream<infer K, Unchecked>
    ? K
    : From extends KTable<infer K, Unchecked>
      ? K
      : From extends GlobalKTable<infer K, Unchecked>
        ? K
        : Unchecked;
/** The type of the values of a stream or table. Unchecked behind a method. */
export type ValueOf<From> =
  From extends KStream<Unchecked, infer V>
    ? V
    : From extends KTable<Unchecked, infer V>
      ? V
      : From extends GlobalKTable<Unchecked, infer V>
        ? V
        : Unchecked;
export type RecordOf<From> = StreamRecord<KeyOf<From>, ValueOf<From>>;
