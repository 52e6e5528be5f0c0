import type { Type } from '@nestjs/common';
import type { GlobalKTable, KStream, KTable, StreamRecord } from '@ouzel/streams';

/** A member of another topology: `of(() => PaymentTopology, 'payments')`. */
export class MemberRef<Face = unknown> {
  declare private readonly face: Face;

  constructor(
    readonly topology: () => Type<object>,
    readonly member: string,
  ) {}
}

/** Refers to a member of another topology as upstream. The class stands behind a function, so that two files may refer to each other. */
export function of<C extends object, M extends keyof C & string>(topology: () => Type<C>, member: M): MemberRef<C[M]> {
  return new MemberRef<C[M]>(topology, member);
}

/** Where records come from: a member of the same class by name, or of another topology by `of`. */
export type Upstream = string | MemberRef<any>;

type Stream = KStream<any, any>;
type Table = KTable<any, any>;
type GlobalTable = GlobalKTable<any, any>;
export type AnyFace = Stream | Table | GlobalTable;
type OperatorMethod = (...args: any[]) => unknown;

/** The class that is decorated must have the upstream as a public member of this kind, or as a method that is an operator: what that makes can't be known. */
export type Owner<U, Face = Stream | Table> = U extends string ? { readonly [P in U]: Face | OperatorMethod } : RefTo<U, Face>;
/** A member of another topology is known without the class. */
type RefTo<U, Face> = U extends MemberRef<infer F> ? (F extends Face | OperatorMethod ? object : never) : object;

/** Type of the upstream: a stream or table when it is a property. What a method's operator makes of it can't be known. */
export type FaceOf<T, U> = U extends MemberRef<infer Face> ? Face : U extends keyof T ? T[U] : never;

export type KeyOf<Face> =
  Face extends KStream<infer K, any> ? K : Face extends KTable<infer K, any> ? K : Face extends GlobalKTable<infer K, any> ? K : any;
export type ValueOf<Face> =
  Face extends KStream<any, infer V> ? V : Face extends KTable<any, infer V> ? V : Face extends GlobalKTable<any, infer V> ? V : any;
export type RecordOf<Face> = StreamRecord<KeyOf<Face>, ValueOf<Face>>;
