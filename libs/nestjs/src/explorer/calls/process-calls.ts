import { promised } from '@ouzel/core';
import type { ProcessorContext, PunctuationType, StreamRecord } from '@ouzel/streams';
import type { OperatorCall } from './operator-call.js';
import type { AnyFixedKeyProcessor, AnyProcessor, AnyProcessorContext, AnyStream, UserFunction } from '../../decorators/untyped.js';

export function process(call: OperatorCall): AnyStream {
  const { supplier, options } = processing<AnyProcessor>(call);
  return call.stream(0).process(supplier, options);
}

export function processValues(call: OperatorCall): AnyStream {
  const { supplier, options } = processing<AnyFixedKeyProcessor>(call);
  return call.stream(0).processValues(supplier, options);
}

/** The class of the processor decides which of the two interfaces it has. The decorator has checked it. */
function processing<P extends object>(call: OperatorCall) {
  const { builders, names } = call.stores();
  return {
    supplier: { get: call.processors() as () => P | Promise<P>, stores: builders },
    options: { name: call.name(), stores: names },
  };
}

/** A method that a processor's tasks call at intervals. */
export interface Punctuation {
  readonly method: string;
  /** Milliseconds. */
  readonly every: number;
  readonly type: PunctuationType;
}

/** Calls methods of an object at their intervals, with the time and the context. */
export function schedule(punctuations: readonly Punctuation[], owner: object, context: AnyProcessorContext): void {
  const methods = owner as Readonly<Record<string, UserFunction>>;
  for (const { method, every, type } of punctuations)
    context.schedule(every, type, (at) => methods[method]!(at, context) as void | Promise<void>);
}

/** Makes `init` of a processor schedule its punctuations, behind what the processor itself does in `init`. */
export function withPunctuations(processor: object, punctuations: readonly Punctuation[]): object {
  if (punctuations.length === 0) return processor;
  const own = (processor as Partial<AnyProcessor>).init?.bind(processor);
  const init = (context: AnyProcessorContext): void | Promise<void> => {
    const pending = promised(own?.(context));
    if (pending === undefined) return schedule(punctuations, processor, context);
    return pending.then(() => schedule(punctuations, processor, context));
  };
  Object.defineProperty(processor, 'init', { value: init, configurable: true });
  return processor;
}

/** A processor that calls a decorated method with each record and the context. */
export class MethodProcessor implements AnyProcessor {
  private context!: ProcessorContext<unknown, unknown>;

  /** `punctuations` are methods of `owner`. */
  constructor(
    private readonly method: UserFunction,
    private readonly punctuations: readonly Punctuation[],
    private readonly owner: object,
  ) {}

  init(context: ProcessorContext<unknown, unknown>): void {
    this.context = context;
    schedule(this.punctuations, this.owner, context);
  }

  process(record: StreamRecord<unknown, unknown>): void | Promise<void> {
    return this.method(record, this.context) as void | Promise<void>;
  }
}
