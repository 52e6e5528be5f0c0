import type { KStream } from '@ouzel/streams';
import { addMember } from './member.js';
import type { Synchronous } from './operator.js';
import type { OnOptions } from './options.js';
import type { Configurable } from './options.js';
import type { AnyStream, Unchecked } from './untyped.js';
import type { KeyOf, Owner, Upstream, UpstreamOf, ValueOf } from './upstream.js';

/** A class that has the stream which is named, where one is. */
export type RouteOwner<U> = [U] extends [never] ? object : Owner<U, AnyStream>;

/** The stream whose records are routed. Unchecked where it is the only source of the class. */
export type RouteFrom<T, U> = [U] extends [never] ? Unchecked : UpstreamOf<T, U>;

/** A property that is a stream of a part of the values that the upstream carries. */
export type DeclaredPart<From, Property> =
  Property extends KStream<KeyOf<From>, infer Part>
    ? Part extends ValueOf<From>
      ? unknown
      : { readonly 'the upstream carries': ValueOf<From> }
    : { readonly 'the decorator gives': KStream<KeyOf<From>, ValueOf<From>> };

/** A method whose first parameter is a part of the values that the upstream carries. */
export type TakesPart<From, M> = M extends (value: infer Part, ...rest: never[]) => unknown
  ? unknown extends Part
    ? unknown
    : Part extends ValueOf<From>
      ? unknown
      : { readonly 'the upstream carries': ValueOf<From> }
  : unknown;

export type HandlesEvent<From, V2> = (value: never, key: KeyOf<From>, record: Unchecked) => V2;

export interface OnDecorator<U, V2> {
  <T extends RouteOwner<U>, M extends HandlesEvent<RouteFrom<T, U>, V2>>(
    target: T,
    member: string,
    descriptor: TypedPropertyDescriptor<M> & TakesPart<RouteFrom<T, U>, M> & Synchronous<M>,
  ): void;
  <T extends RouteOwner<U>, N extends keyof T & string>(target: T, member: N & DeclaredPart<RouteFrom<T, U>, T[N]>): void;
}

/**
 * Takes the records of one type of event. On a property, which is the stream of these records. On a method, which is
 * called with each of them, and whose results are the member: equal to `@On` on a property with `@MapValues` behind it.
 *
 * The type of a record stands in its header `event-type`, or where `eventType` of the source or of the topology says. A
 * record whose type no `@On` of its stream names is counted as dropped: `unrouted`.
 *
 * ```ts
 * @Source('order-event', { key: serdes.string, value: serdes.json<OrderEvent>(), eventType: { field: 'type' } })
 * readonly events!: KStream<string, OrderEvent>;
 *
 * @On('OrderPlaced', { from: 'events', to: 'invoice' })
 * invoice(event: OrderPlaced, orderId: string): Invoice { … }
 * ```
 */
export function On<U extends Upstream = never, V2 = unknown>(
  event: Configurable<string>,
  options: OnOptions<U, V2> = {},
): OnDecorator<U, V2> {
  return (target: object, name: string, descriptor?: { readonly value?: unknown }): void => {
    const isMethod = typeof descriptor?.value === 'function';
    addMember(target, name, {
      decorator: '@On',
      operator: isMethod ? 'onEvent' : 'on',
      on: isMethod ? 'method' : 'property',
      upstreams: options.from === undefined ? [] : [options.from],
      options: { ...options, from: undefined, event },
    });
  };
}
