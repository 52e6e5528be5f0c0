import type { Duration, PunctuationType } from '@ouzel/streams';
import { addMark } from './marks.js';
import type { Configurable } from './options.js';
import type { AnyProcessorContext } from './untyped.js';

export interface PunctuateOptions {
  /** The clock: that of the machine, or the time of the records. Default: 'wall-clock-time'. */
  type?: PunctuationType;
  /** In a topology: the member with `@Process` or `@ProcessValues` whose tasks call the method. */
  of?: string;
}

/** `at` is the time of the clock. The context forwards, and has the stores of the processor. */
export type Punctuates = (at: number, context: AnyProcessorContext) => void | Promise<void>;

export type PunctuateDecorator = <M extends Punctuates>(target: object, name: string, descriptor: TypedPropertyDescriptor<M>) => void;

/**
 * The method is called at intervals, with the time and the context: `(at, context)`. In a class with `@Processor()`
 * each task calls it on its own instance. In a topology `of` names the member with `@Process` whose tasks call it; the
 * instance is shared by all tasks, so what belongs to one is in its stores. It may return a promise: its task waits.
 *
 * ```ts
 * @Punctuate('10s')
 * flush(at: number, context: ProcessorContext<string, Payment[]>) { … }
 * ```
 */
export function Punctuate(interval: Configurable<Duration>, options: PunctuateOptions = {}): PunctuateDecorator {
  return (target, name) => addMark(target, name, { kind: 'punctuate', decorator: '@Punctuate', given: interval, options: { ...options } });
}
