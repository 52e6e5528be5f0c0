import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { attributes } from './attributes.js';

/** Ends a span of work that failed. */
export function endFailed(span: Span, thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code } = error as { readonly code?: unknown };
  span.recordException(error);
  span.setAttribute(attributes.error, typeof code === 'string' ? code : error.name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.end();
}

/** Ends the span when the work ends, and returns what the work returned. */
export function ended(span: Span, work: () => void | Promise<void>): void | Promise<void> {
  try {
    const pending = work();
    if (pending === undefined) return span.end();
    return pending.then(
      () => span.end(),
      (thrown: unknown) => {
        endFailed(span, thrown);
        throw thrown;
      },
    );
  } catch (thrown) {
    endFailed(span, thrown);
    throw thrown;
  }
}
