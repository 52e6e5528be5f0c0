import type { Type } from '@nestjs/common';
import type { FixedKeyProcessor, KStream, Processor } from '@ouzel/streams';
import type { OperatorName } from './member.js';
import { onMethod, onProperty, type Declared, type MemberDecorator, type MethodFor, type Shape } from './operator.js';
import type { ProcessOptions } from './options.js';
import type { AnyFixedKeyProcessorContext, AnyProcessorContext, Unchecked } from './untyped.js';
import type { UpstreamOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

export interface Processes extends Shape {
  readonly method: (record: this['record'], context: AnyProcessorContext) => void | Promise<void>;
}
export interface ProcessesValues extends Shape {
  readonly method: (record: this['record'], context: AnyFixedKeyProcessorContext) => void | Promise<void>;
}

export type ByMethod<S extends Shape, U> = <T extends Owner<U>, M extends MethodFor<S, UpstreamOf<T, U>, unknown, unknown>>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/** The processor must take what the upstream carries. */
export type Takes<From, K, V> = [KeyOf<From>, ValueOf<From>] extends [K, V] ? unknown : { readonly 'the processor takes': [K, V] };

export type ByClass<U, KIn, VIn, KOut, VOut> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Takes<UpstreamOf<T, U>, KIn, VIn> & Declared<KStream<KOut, VOut>, T[N]>,
) => void;
export type ValuesByClass<U, K, VIn, VOut> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Takes<UpstreamOf<T, U>, K, VIn> & Declared<KStream<KeyOf<UpstreamOf<T, U>>, VOut>, T[N]>,
) => void;

/**
 * Processes each record of the upstream with the Processor API. On a method, the method is called with the record and
 * the context: `(record, context)`, and what it hands to `context.forward` goes on. On a property, a class with
 * `@Processor()` does the work, and may schedule punctuations in its `init`. Either may return a promise: its task
 * waits, other tasks go on. Equal to `upstream.process(supplier, options)`. Members behind it that need the key
 * repartition first.
 */
export function Process<U extends Upstream, KIn = Unchecked, VIn = Unchecked, KOut = Unchecked, VOut = Unchecked>(
  upstream: U,
  processor: Type<Processor<KIn, VIn, KOut, VOut>>,
  options?: ProcessOptions<KOut, VOut>,
): ByClass<U, KIn, VIn, KOut, VOut>;
export function Process<U extends Upstream>(upstream: U, options?: ProcessOptions<Unchecked, Unchecked>): ByMethod<Processes, U>;
export function Process(upstream: Upstream, processorOrOptions?: Type<object> | ProcessOptions, options?: ProcessOptions): MemberDecorator {
  return processing('process', upstream, processorOrOptions, options);
}

/**
 * Processes as `@Process` does, without changing keys: nothing is repartitioned behind it. Equal to
 * `upstream.processValues(supplier, options)`.
 */
export function ProcessValues<U extends Upstream, K = Unchecked, VIn = Unchecked, VOut = Unchecked>(
  upstream: U,
  processor: Type<FixedKeyProcessor<K, VIn, VOut>>,
  options?: ProcessOptions<K, VOut>,
): ValuesByClass<U, K, VIn, VOut>;
export function ProcessValues<U extends Upstream>(
  upstream: U,
  options?: ProcessOptions<Unchecked, Unchecked>,
): ByMethod<ProcessesValues, U>;
export function ProcessValues(
  upstream: Upstream,
  processorOrOptions?: Type<object> | ProcessOptions,
  options?: ProcessOptions,
): MemberDecorator {
  return processing('processValues', upstream, processorOrOptions, options);
}

function processing(
  name: OperatorName,
  upstream: Upstream,
  processorOrOptions: Type<object> | ProcessOptions | undefined,
  options: ProcessOptions | undefined,
): MemberDecorator {
  return typeof processorOrOptions === 'function'
    ? onProperty(name, [upstream], options, { processor: processorOrOptions })
    : onMethod(name, [upstream], processorOrOptions);
}
