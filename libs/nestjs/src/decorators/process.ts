import type { Type } from '@nestjs/common';
import type { FixedKeyProcessor, FixedKeyProcessorContext, KStream, Processor, ProcessorContext } from '@ouzel/streams';
import type { OperatorName } from './member.js';
import { onMethod, onProperty, type Declared, type MethodFor, type Shape } from './operator.js';
import type { ProcessOptions } from './options.js';
import type { FaceOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

interface Processes extends Shape {
  readonly method: (record: this['record'], context: ProcessorContext<any, any>) => void | Promise<void>;
}
interface ProcessesValues extends Shape {
  readonly method: (record: this['record'], context: FixedKeyProcessorContext<any, any>) => void | Promise<void>;
}

type ByMethod<S extends Shape, U> = <T extends Owner<U>, M extends MethodFor<S, FaceOf<T, U>, unknown, unknown>>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/** The processor must take what the upstream carries. */
type Takes<Face, K, V> = [KeyOf<Face>, ValueOf<Face>] extends [K, V] ? unknown : { readonly 'the processor takes': [K, V] };

type ByClass<U, KIn, VIn, KOut, VOut> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Takes<FaceOf<T, U>, KIn, VIn> & Declared<KStream<KOut, VOut>, T[N]>,
) => void;
type ValuesByClass<U, K, VIn, VOut> = <T extends Owner<U>, N extends keyof T & string>(
  target: T,
  member: N & Takes<FaceOf<T, U>, K, VIn> & Declared<KStream<KeyOf<FaceOf<T, U>>, VOut>, T[N]>,
) => void;

/**
 * The door to the Processor API. On a method, it is given each record and the context: `(record, context)`; what it hands to `context.forward` comes out. On a
 * property, a class with `@Processor()` does the work, which may also schedule punctuations in its `init`. Equal to `upstream.process(supplier, options)`: those
 * after it that need the key repartition first. May answer a promise: its task waits, others go on.
 */
export function Process<U extends Upstream, KIn = any, VIn = any, KOut = any, VOut = any>(
  upstream: U,
  processor: Type<Processor<KIn, VIn, KOut, VOut>>,
  options?: ProcessOptions<KOut, VOut>,
): ByClass<U, KIn, VIn, KOut, VOut>;
export function Process<U extends Upstream>(upstream: U, options?: ProcessOptions<any, any>): ByMethod<Processes, U>;
export function Process(
  upstream: Upstream,
  processorOrOptions?: Type<object> | ProcessOptions,
  options?: ProcessOptions,
): (target: object, name: string) => void {
  return processing('process', upstream, processorOrOptions, options);
}

/** As `@Process`, for what leaves the key alone: nothing is repartitioned behind it. Equal to `upstream.processValues(supplier, options)`. */
export function ProcessValues<U extends Upstream, K = any, VIn = any, VOut = any>(
  upstream: U,
  processor: Type<FixedKeyProcessor<K, VIn, VOut>>,
  options?: ProcessOptions<K, VOut>,
): ValuesByClass<U, K, VIn, VOut>;
export function ProcessValues<U extends Upstream>(upstream: U, options?: ProcessOptions<any, any>): ByMethod<ProcessesValues, U>;
export function ProcessValues(
  upstream: Upstream,
  processorOrOptions?: Type<object> | ProcessOptions,
  options?: ProcessOptions,
): (target: object, name: string) => void {
  return processing('processValues', upstream, processorOrOptions, options);
}

function processing(
  name: OperatorName,
  upstream: Upstream,
  processorOrOptions: Type<object> | ProcessOptions | undefined,
  options: ProcessOptions | undefined,
): (target: object, name: string) => void {
  return typeof processorOrOptions === 'function'
    ? onProperty(name, [upstream], options, { processor: processorOrOptions })
    : onMethod(name, [upstream], processorOrOptions);
}
