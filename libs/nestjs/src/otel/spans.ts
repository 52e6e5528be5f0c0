import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { attributes, operation } from './attributes.js';
import { endFailed } from './failure.js';

/** The subject of a span. */
export interface SpanOf {
  readonly name: 'process' | 'send' | 'commit';
  readonly topic: string | null;
  readonly attributes: Attributes;
  /** Default: none, so the span begins a trace. */
  readonly parent?: Context;
  readonly links?: readonly SpanContext[];
}

const kinds = { process: SpanKind.CONSUMER, send: SpanKind.PRODUCER, commit: SpanKind.CLIENT } as const;

/** Begins the spans of one application. */
export class Spans {
  constructor(
    private readonly applicationId: string,
    private readonly given: Tracer | undefined,
  ) {}

  begin({ name, topic, attributes: more, parent = ROOT_CONTEXT, links = [] }: SpanOf): Span {
    const type = name === 'commit' ? 'settle' : name;
    const options = {
      kind: kinds[name],
      attributes: { ...operation(name, type, this.applicationId), ...more },
      links: links.map((linked) => ({ context: linked })),
    };
    return this.tracer.startSpan(topic === null ? name : `${name} ${topic}`, options, parent);
  }

  async commit<T>(tasks: number, work: () => Promise<T>): Promise<T> {
    const span = this.begin({ name: 'commit', topic: null, attributes: { [attributes.tasks]: tasks } });
    try {
      const result = await context.with(trace.setSpan(ROOT_CONTEXT, span), work);
      span.end();
      return result;
    } catch (thrown) {
      endFailed(span, thrown);
      throw thrown;
    }
  }

  /** Asked for each time: the provider may be registered after the module was made. */
  private get tracer(): Tracer {
    return this.given ?? trace.getTracer('@ouzel/nestjs');
  }
}
