import type { StreamOptions, StreamOrTableOptions } from './options.js';
import { addMember, type MemberMetadata, type OperatorName, type Options } from './member.js';
import type { KeyOf, Owner, RecordOf, Upstream, UpstreamOf, ValueOf } from './upstream.js';

/**
 * Computes the type that a decorated method must have. An operator declares `method` in terms of the other fields;
 * `MethodFor` fills them in with the types of the upstream and of the options.
 */
export interface Shape {
  readonly key: unknown;
  readonly value: unknown;
  readonly record: unknown;
  /** The type of the key serde in the options, unknown without one. `newValue` is that of the value serde. */
  readonly newKey: unknown;
  readonly newValue: unknown;
  readonly method: unknown;
}
export type MethodFor<S extends Shape, From, K2, V2> = (S & {
  readonly key: KeyOf<From>;
  readonly value: ValueOf<From>;
  readonly record: RecordOf<From>;
  readonly newKey: K2;
  readonly newValue: V2;
})['method'];

/**
 * Fails to compile for a method that returns a promise: an operator would take the promise for the value.
 * `@AsyncMapValues` is for I/O.
 */
export type Synchronous<M> = M extends (...args: never[]) => infer R
  ? R extends PromiseLike<unknown>
    ? 'an operator may not return a promise'
    : unknown
  : unknown;

/** The function that a decorator returns. It is called with the prototype of the class and the name of the member. */
export type MemberDecorator = (target: object, name: string) => void;

/** Decorates a method that fits the upstream. The method may have fewer parameters. */
export type OperatorDecorator<S extends Shape, U, K2 = unknown, V2 = unknown> = <
  T extends Owner<U>,
  M extends MethodFor<S, UpstreamOf<T, U>, K2, V2>,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M>,
) => void;

/** The type that a decorated property is declared with must take what the decorator makes. */
export type Declared<Made, Property> = Made extends Property ? unknown : { readonly 'the decorator gives': Made };

/** Makes the decorator of an operator on streams whose function is the decorated method. */
export function operator<S extends Shape>(
  name: OperatorName,
): <U extends Upstream, K2 = unknown, V2 = unknown>(upstream: U, options?: StreamOptions<K2, V2>) => OperatorDecorator<S, U, K2, V2> {
  return (upstream, options) => onMethod(name, [upstream], options);
}

/** Makes the decorator of an operator that tables have too, where it makes a table. */
export function tableOperator<S extends Shape>(
  name: OperatorName,
): <U extends Upstream, K2 = unknown, V2 = unknown>(
  upstream: U,
  options?: StreamOrTableOptions<K2, V2>,
) => OperatorDecorator<S, U, K2, V2> {
  return (upstream, options) => onMethod(name, [upstream], options);
}

export function onMethod(operator: OperatorName, upstreams: readonly Upstream[], options: object = {}): MemberDecorator {
  return decorate({ operator, on: 'method', upstreams, options: options as Options });
}

export function onProperty(
  operator: OperatorName,
  upstreams: readonly Upstream[],
  options: object = {},
  more: Pick<MemberMetadata, 'topic' | 'processor'> = {},
): MemberDecorator {
  return decorate({ operator, on: 'property', upstreams, options: options as Options, ...more });
}

function decorate(member: Omit<MemberMetadata, 'name' | 'isStatic' | 'decorator'>): MemberDecorator {
  const { operator } = member;
  const decorator = operator === 'fold' ? '@Cogroup' : `@${operator[0]!.toUpperCase()}${operator.slice(1)}`;
  return (target, name) => addMember(target, name, { decorator, ...member });
}
