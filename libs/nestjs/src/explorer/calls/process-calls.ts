import type { ProcessorContext, StreamRecord } from '@ouzel/streams';
import type { OperatorCall } from './operator-call.js';
import type { AnyFixedKeyProcessor, AnyProcessor, AnyStream, UserFunction } from '../../decorators/untyped.js';

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

/** A processor that calls a decorated method with each record and the context. */
export class MethodProcessor implements AnyProcessor {
  private context!: ProcessorContext<unknown, unknown>;

  constructor(private readonly method: UserFunction) {}

  init(context: ProcessorContext<unknown, unknown>): void {
    this.context = context;
  }

  process(record: StreamRecord<unknown, unknown>): void | Promise<void> {
    return this.method(record, this.context) as void | Promise<void>;
  }
}
