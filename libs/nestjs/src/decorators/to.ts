import type { RecordMetadata } from '@ouzel/streams';
import { onMethod, onProperty, type MethodFor, type Shape } from './operator.js';
import type { Configurable, ToOptions } from './options.js';
import type { FaceOf, Owner, Upstream } from './upstream.js';

interface NamesTopic extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record'], metadata: RecordMetadata | null) => string;
}

type Ends<U> = <T extends Owner<U>>(target: T, member: string) => void;
type NamesTopics<U> = <T extends Owner<U>, M extends MethodFor<NamesTopic, FaceOf<T, U>, unknown, unknown>>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * Writes the upstream to a topic. On a property with a topic: `@To('payments', 'copy') readonly copied!: void`. On a method that names the topic of each
 * record: `@To('payments') topicOf(payment: Payment): string`. Equal to `upstream.to(topic, options)`. The `to` option of other decorators does the same
 * for what they make; this one also takes a partitioner. Topics must exist.
 */
export function To<U extends Upstream>(upstream: U, topic: Configurable<string>, options?: ToOptions<any, any>): Ends<U>;
export function To<U extends Upstream>(upstream: U, options?: ToOptions<any, any>): NamesTopics<U>;
export function To(
  upstream: Upstream,
  topicOrOptions?: Configurable<string> | ToOptions<any, any>,
  options?: ToOptions<any, any>,
): (target: object, name: string) => void {
  const isTopic = typeof topicOrOptions === 'string' || typeof topicOrOptions === 'function';
  return isTopic ? onProperty('to', [upstream], options, { topic: topicOrOptions }) : onMethod('to', [upstream], topicOrOptions);
}
