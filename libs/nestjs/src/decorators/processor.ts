import { applyDecorators, Injectable, SetMetadata, type Type } from '@nestjs/common';
import type { Processor as RecordProcessor } from '@ouzel/streams';
import type { Configurable, ProcessorStores } from './options.js';

export interface ProcessorOptions {
  /** Stores that it uses wherever it stands: names of those that are there, and builders of those that it brings along. */
  stores?: Configurable<ProcessorStores>;
}

/** What a class with `@Processor()` implements; the interface of the engine under the name that the decorator has. */
export type Processor<KIn, VIn, KOut, VOut> = RecordProcessor<KIn, VIn, KOut, VOut>;

const key = 'ouzel:processor';

/**
 * The class is a processor for `@Process` or `@ProcessValues`, with constructor injection: one instance per task, made when the task is, of what the module of
 * the topology provides. It is not a provider itself, and Nest's lifecycle hooks are not called; `init` and `close` are.
 *
 * ```ts
 * @Processor({ stores: [Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), serdes.string, serdes.long)] })
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

/** Undefined for a class that is none. */
export function processorOptionsOf(candidate: Type<object>): ProcessorOptions | undefined {
  return Reflect.getOwnMetadata(key, candidate) as ProcessorOptions | undefined;
}
