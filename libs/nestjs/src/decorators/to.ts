import type { RecordMetadata } from '@ouzel/streams';
import { onMethod, onProperty, type MemberDecorator, type MethodFor, type Shape } from './operator.js';
import type { Configurable, ToOptions } from './options.js';
import type { Unchecked } from './untyped.js';
import type { UpstreamOf, Owner, Upstream } from './upstream.js';

export interface NamesTopic extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record'], metadata: RecordMetadata | null) => string;
}

export type Ends<U> = <T extends Owner<U>>(target: T, member: string) => void;
export type NamesTopics<U> = <T extends Owner<U>, M extends MethodFor<NamesTopic, UpstreamOf<T, U>, unknown, unknown>>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * Writes the upstream to a topic, which must exist. Equal to `upstream.to(topic, options)`. A property names the topic
 * in the decorator. A method returns the topic of each record. The option `to` of other decorators writes what they
 * make to a topic too; `@To` also takes a partitioner.
 *
 * ```ts
 * @To('payments', 'copy')
 * readonly copied!: void;
 *
 * @To('payments')
 * topicOf(payment: Payment): string {
 *   return `payment-${payment.currency}`;
 * }
 * ```
 */
export function To<U extends Upstream>(upstream: U, topic: Configurable<string>, options?: ToOptions<Unchecked, Unchecked>): Ends<U>;
export function To<U extends Upstream>(upstream: U, options?: ToOptions<Unchecked, Unchecked>): NamesTopics<U>;
export function To(
  upstream: Upstream,
  topicOrOptions?: Configurable<string> | ToOptions<Unchecked, Unchecked>,
  options?: ToOptions<Unchecked, Unchecked>,
): MemberDecorator {
  const isTopic = typeof topicOrOptions === 'string' || typeof topicOrOptions === 'function';
  return isTopic ? onProperty('to', [upstream], options, { topic: topicOrOptions }) : onMethod('to', [upstream], topicOrOptions);
}
