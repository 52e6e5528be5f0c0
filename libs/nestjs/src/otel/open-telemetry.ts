import { context, ROOT_CONTEXT, trace, type Span, type Tracer } from '@opentelemetry/api';
import type { Headers, RecordContext, TracedRecord, TracedSend, Tracing, TracingFactory } from '@ouzel/streams';
import { attributes, placeOf } from './attributes.js';
import { Batches } from './batches.js';
import { ended, endFailed } from './failure.js';
import { Spans } from './spans.js';
import { below, carried, contextOf, sampledParent, withContext } from './trace-context.js';

export interface OpenTelemetryOptions {
  /**
   * Which spans there are. `record`: one for each sampled record that is processed, and one for each that is sent.
   * `batch`: one for each run of a task, with links to at most 32 sampled records. `none`: none, but the context of a
   * record is active in user code. Default: `batch`.
   */
  readonly spans?: 'record' | 'batch' | 'none';
  /**
   * With `record`: whether records that come without a trace begin one, as far as the sampler lets them. Default: false.
   */
  readonly startTraces?: boolean;
  /** Default: the tracer `@ouzel/nestjs` of the global provider. */
  readonly tracer?: Tracer;
}

/**
 * Makes the tracer of an application, for the option `tracing`. Spans follow OpenTelemetry's semantic conventions for
 * messaging, version 1.45; their context travels in the headers `traceparent` and `tracestate`.
 *
 * Only records whose `traceparent` says that they are sampled are followed. All others pass untouched.
 *
 * @example
 * ```ts
 * OuzelModule.forRoot({ applicationId: 'payments', kafka: { brokers: ['localhost:9092'] }, tracing: openTelemetry() });
 * ```
 */
export function openTelemetry({ spans = 'batch', startTraces = false, tracer }: OpenTelemetryOptions = {}): TracingFactory {
  return ({ applicationId }) => {
    const spansOf = new Spans(applicationId, tracer);
    if (spans === 'record') return new RecordTracing(spansOf, startTraces);
    return spans === 'batch' ? new BatchTracing(spansOf) : new ContextTracing();
  };
}

/** Makes the context of a sampled record active where the engine works on it. */
class ContextTracing implements Tracing {
  process(_task: string, { headers }: RecordContext, work: (headers: Headers) => void | Promise<void>): void | Promise<void> {
    return this.resume(headers, () => work(headers));
  }

  resume<T>(headers: Headers, work: () => T): T {
    const span = contextOf(headers);
    return span === undefined ? work() : context.with(below(span), work);
  }

  send(_record: TracedRecord): TracedSend | undefined {
    return undefined;
  }

  logged(from: Headers, own: Headers): Headers {
    return carried(from, own);
  }

  commit<T>(_tasks: number, work: () => Promise<T>): Promise<T> {
    return work();
  }
}

/** One span for each run of a task. */
class BatchTracing extends ContextTracing {
  private readonly batches: Batches;

  constructor(private readonly spans: Spans) {
    super();
    this.batches = new Batches(spans);
  }

  override process(task: string, record: RecordContext, work: (headers: Headers) => void | Promise<void>): void | Promise<void> {
    const { headers } = record;
    return sampledParent(headers) === undefined ? work(headers) : this.batches.process(task, record, () => work(headers));
  }

  override commit<T>(tasks: number, work: () => Promise<T>): Promise<T> {
    return this.spans.commit(tasks, work);
  }
}

/** Spans for each sampled record. The record goes on with the context of its own span. */
class RecordTracing extends ContextTracing {
  constructor(
    private readonly spans: Spans,
    private readonly startTraces: boolean,
  ) {
    super();
  }

  override process(task: string, record: RecordContext, work: (headers: Headers) => void | Promise<void>): void | Promise<void> {
    const { headers } = record;
    const parent = contextOf(headers);
    if (parent === undefined && (!this.startTraces || headers.get('traceparent') !== undefined)) return work(headers);
    const more = { ...placeOf(record), [attributes.task]: task };
    const above = parent === undefined ? ROOT_CONTEXT : below(parent);
    const links = parent === undefined ? [] : [parent];
    const span = this.spans.begin({ name: 'process', topic: record.topic, attributes: more, parent: above, links });
    if (!span.isRecording()) {
      span.end();
      return work(headers);
    }
    const own = withContext(headers, span.spanContext());
    return context.with(trace.setSpan(ROOT_CONTEXT, span), () => ended(span, () => work(own)));
  }

  /** The parent is the last update of what is sent. Where its own span has ended by then, the send also links to it. */
  override send({ topic, value, headers }: TracedRecord): TracedSend | undefined {
    const update = contextOf(headers);
    if (update === undefined) return undefined;
    const active = trace.getActiveSpan();
    const isLater = active?.isRecording() !== true || active.spanContext().spanId !== update.spanId;
    const more = { [attributes.destination]: topic, ...(value === null ? { [attributes.tombstone]: true } : {}) };
    const links = isLater ? [update] : [];
    const span = this.spans.begin({ name: 'send', topic, attributes: more, parent: below(update), links });
    return { headers: withContext(headers, span.spanContext()), ended: (outcome) => endSend(span, outcome) };
  }

  override commit<T>(tasks: number, work: () => Promise<T>): Promise<T> {
    return this.spans.commit(tasks, work);
  }
}

function endSend(span: Span, outcome: Parameters<TracedSend['ended']>[0]): void {
  if ('error' in outcome) return endFailed(span, outcome.error);
  span.setAttribute(attributes.partition, String(outcome.partition));
  span.setAttribute(attributes.offset, outcome.offset);
  span.end();
}
