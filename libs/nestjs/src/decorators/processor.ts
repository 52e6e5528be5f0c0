import { applyDecorators, Injectable, SetMetadata, type Type } from '@nestjs/common';
import type { Processor as RecordProcessor } from '@ouzel/streams';
import type { Configurable, ProcessorStores } from './options.js';

export interface ProcessorOptions {
  /** Stores that it uses in every topology: names of stores that exist, and builders of stores that it brings along. */
  stores?: Configurable<ProcessorStores>;
}

/**
 * The interface of the engine that a class with `@Processor()` implements. It has the name of the decorator, so that
 * one import brings both.
 */
export type Processor<KIn, VIn, KOut, VOut> = RecordProcessor<KIn, VIn, KOut, VOut>;

const key = 'ouzel:processor';

/**
 * The class is a processor for `@Process` or `@ProcessValues`. Each task gets an instance of its own, made with
 * constructor injection from the providers of the topology's module. The class is no provider itself, so Nest's
 * lifecycle hooks are not called; the engine calls `init` and `close`.
 *
 * ```ts
 * const seen = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), serdes.string, serdes.long);
 *
 * @Processor({ stores: [seen] })
 * export class Deduplicate implements Processor<string, Payment, string, Payment> {
 *   constructor(private readonly rules: Rules) {}
 *   init(context: ProcessorContext<string, Payment>) { … }
 *   process(record: StreamRecord<string, Payment>) { … }
 * }
 * ```
 */
export function Processor(options: ProcessorOptions = {}): ClassDecorator {
  return applyDecorators(Injectable(), SetMetadata(key, options));
}

/** Returns the options of a processor class, or undefined for another class. */
export function processorOptionsOf(candidate: Type<object>): ProcessorOptions | undefined {
  return Reflect.getOwnMetadata(key, candidate) as ProcessorOptions | undefined;
}
