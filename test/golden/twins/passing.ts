import type { Processor, ProcessorContext, StreamRecord } from '@ouzel/streams';

/** A processor that keeps its context (ContextualProcessor). */
export abstract class Contextual<VOut = string> implements Processor<string, string, string, VOut> {
  protected context!: ProcessorContext<string, VOut>;

  init(context: ProcessorContext<string, VOut>): void | Promise<void> {
    this.context = context;
  }

  abstract process(record: StreamRecord<string, string>): void | Promise<void>;
}

/** Forwards what it gets. */
export class Passing extends Contextual {
  process(record: StreamRecord<string, string>): void | Promise<void> {
    return this.context.forward(record);
  }
}
