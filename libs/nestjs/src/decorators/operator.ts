import type { StreamOptions, StreamOrTableOptions } from './options.js';
import { addMember, type MemberMetadata, type OperatorName, type Options } from './member.js';
import type { FaceOf, KeyOf, Owner, RecordOf, Upstream, ValueOf } from './upstream.js';

/**
 * What a method must look like, given what comes in: a function of types. An operator declares `method` in terms of the other fields, and `MethodFor` fills
 * those in with what the upstream and the options say.
 */
export interface Shape {
  readonly key: unknown;
  readonly value: unknown;
  readonly record: unknown;
  /** What the serdes of the options say; unknown without them. */
  readonly newKey: unknown;
  readonly newValue: unknown;
  readonly method: unknown;
}
export type MethodFor<S extends Shape, Face, K2, V2> = (S & {
  readonly key: KeyOf<Face>;
  readonly value: ValueOf<Face>;
  readonly record: RecordOf<Face>;
  readonly newKey: K2;
  readonly newValue: V2;
})['method'];

/** Operators are synchronous: a promise would be taken for the value. `@AsyncMapValues` is for I/O. */
export type Synchronous<M> = M extends (...args: any[]) => infer R
  ? R extends PromiseLike<unknown>
    ? 'an operator may not return a promise'
    : unknown
  : unknown;

/** Decorates a method that fits the upstream; fewer parameters are fine. */
export type OperatorDecorator<S extends Shape, U, K2 = unknown, V2 = unknown> = <
  T extends Owner<U>,
  M extends MethodFor<S, FaceOf<T, U>, K2, V2>,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M>,
) => void;

/** Makes the decorator of an operator on streams whose function is the decorated method. */
export function operator<S extends Shape>(
  name: OperatorName,
): <U extends Upstream, K2 = unknown, V2 = unknown>(upstream: U, options?: StreamOptions<K2, V2>) => OperatorDecorator<S, U, K2, V2> {
  return (upstream, options) => onMethod(name, [upstream], options);
}

/** The same for an operator that tables have too: there it makes a table. */
export function tableOperator<S extends Shape>(
  name: OperatorName,
): <U extends Upstream, K2 = unknown, V2 = unknown>(
  upstream: U,
  options?: StreamOrTableOptions<K2, V2>,
) => OperatorDecorator<S, U, K2, V2> {
  return (upstream, options) => onMethod(name, [upstream], options);
}

export function onMethod(
  operator: OperatorName,
  upstreams: readonly Upstream[],
  options: object = {},
): (target: object, name: string) => void {
  return (target, name) =>
    addMember(target, { name, decorator: decoratorName(operator), operator, on: 'method', upstreams, options: options as Options });
}

export function onProperty(
  operator: OperatorName,
  upstreams: readonly Upstream[],
  options: object = {},
  more: Pick<MemberMetadata, 'topic' | 'processor'> = {},
): (target: object, name: string) => void {
  return (target, name) =>
    addMember(target, {
      name,
      decorator: decoratorName(operator),
      operator,
      on: 'property',
      upstreams,
      options: options as Options,
      ...more,
    });
}

function decoratorName(operator: OperatorName): string {
  return `@${operator[0]!.toUpperCase()}${operator.slice(1)}`;
}

/** The type that a decorated property is declared with must take what the decorator gives. */
export type Declared<Given, Property> = Given extends Property ? unknown : { readonly 'the decorator gives': Given };
