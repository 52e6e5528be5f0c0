import type { KeyValueStore, Processor, ProcessorContext, StreamRecord } from '@ouzel/streams';

/** A processor that keeps its context (ContextualProcessor). */
export abstract class Contextual<VOut = string, KOut = string> implements Processor<string, string, KOut, VOut> {
  protected context!: ProcessorContext<KOut, VOut>;

  init(context: ProcessorContext<KOut, VOut>): void {
    this.context = context;
  }

  abstract process(record: StreamRecord<string, string>): void | Promise<void>;
}

/** Forwards each record. */
export class Passing extends Contextual {
  process(record: StreamRecord<string, string>): void | Promise<void> {
    return this.context.forward(record);
  }
}

/** Adds one to the count of a key. */
export function increment(counts: KeyValueStore<string, number>, key: string): void {
  counts.put(key, (counts.get(key) ?? 0) + 1);
}
