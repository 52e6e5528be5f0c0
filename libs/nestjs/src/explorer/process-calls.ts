import type { Processor, ProcessorContext, ProcessorSupplier, StreamRecord } from '@ouzel/streams';
import type { OperatorCall } from './operator-call.js';

/** Makes what processes the records of a task, with the stores that it brings along. */
export function processorSupplier(call: OperatorCall): Exclude<ProcessorSupplier<any, any, any, any>, () => unknown> {
  return { get: call.processors(), stores: call.stores().builders };
}

export function connected(call: OperatorCall): { name: string; stores: readonly string[] } {
  return { name: call.name(), stores: call.stores().names };
}

/** A decorated method as processor: it gets the context with each record. */
export class MethodProcessor implements Processor<any, any, any, any> {
  private context!: ProcessorContext<any, any>;

  constructor(private readonly method: (record: StreamRecord<any, any>, context: ProcessorContext<any, any>) => void | Promise<void>) {}

  init(context: ProcessorContext<any, any>): void {
    this.context = context;
  }

  process(record: StreamRecord<any, any>): void | Promise<void> {
    return this.method(record, this.context);
  }
}
