import { context, ROOT_CONTEXT, trace, type Span } from '@opentelemetry/api';
import type { RecordContext } from '@ouzel/streams';
import { attributes } from './attributes.js';
import type { Spans } from './spans.js';
import { contextOf } from './trace-context.js';

/** How many records a span links to. */
const mostLinks = 32;

interface Batch {
  readonly span: Span;
  sampled: number;
  /** Records whose user code is still at work. */
  open: number;
  isOver: boolean;
}

/**
 * The spans of runs of tasks. A run is what a task processes in one turn of the event loop. The first sampled record of
 * a run begins its span; it ends with the run, or when the user code that the run has begun has come back.
 */
export class Batches {
  private readonly runs = new Map<string, Batch>();

  constructor(private readonly spans: Spans) {}

  process(task: string, record: RecordContext, work: () => void | Promise<void>): void | Promise<void> {
    const batch = this.runs.get(task) ?? this.begin(task, record);
    const linked = contextOf(record.headers);
    if (linked !== undefined && ++batch.sampled <= mostLinks) batch.span.addLink({ context: linked });
    return context.with(trace.setSpan(ROOT_CONTEXT, batch.span), () => {
      const pending = work();
      if (pending === undefined) return;
      batch.open++;
      return pending.finally(() => {
        batch.open--;
        this.endIfDone(batch);
      });
    });
  }

  private begin(task: string, { topic }: RecordContext): Batch {
    const about = { [attributes.destination]: topic ?? '', [attributes.task]: task };
    const span = this.spans.begin({ name: 'process', topic, attributes: about });
    const batch: Batch = { span, sampled: 0, open: 0, isOver: false };
    this.runs.set(task, batch);
    queueMicrotask(() => {
      this.runs.delete(task);
      batch.isOver = true;
      this.endIfDone(batch);
    });
    return batch;
  }

  private endIfDone({ span, sampled, open, isOver }: Batch): void {
    if (open > 0 || !isOver) return;
    span.setAttribute(attributes.sampled, sampled);
    span.end();
  }
}
