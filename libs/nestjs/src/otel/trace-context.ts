import { ROOT_CONTEXT, trace, TraceFlags, type Context, type SpanContext } from '@opentelemetry/api';
import type { Headers } from '@ouzel/streams';

/** Headers of W3C Trace Context. */
const parentHeader = 'traceparent';
const stateHeader = 'tracestate';

const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Where the flags stand in `00-<trace id>-<span id>-<flags>`. */
const flagsAt = 53;
const length = 55;

/**
 * Returns the text of a `traceparent` that says that its trace is sampled, else undefined. It reads one character, so
 * records without a sampled trace cost nearly nothing.
 */
export function sampledParent(headers: Headers): string | undefined {
  if (headers.size === 0) return undefined;
  const bytes = headers.get(parentHeader);
  if (bytes === undefined || bytes === null || bytes.length !== length) return undefined;
  const lowBits = bytes[flagsAt + 1]!;
  // The last hexadecimal digit is odd where the lowest bit is set: 0-9 are 0x30 to 0x39, a-f 0x61 to 0x66.
  const isSampled = lowBits < 0x40 ? (lowBits & 1) === 1 : (lowBits & 1) === 0;
  return isSampled ? bytes.toString('latin1') : undefined;
}

/** Returns the context that headers with a sampled trace carry; undefined where they carry none. */
export function contextOf(headers: Headers): SpanContext | undefined {
  const found = form.exec(sampledParent(headers) ?? '');
  if (found === null) return undefined;
  return { traceId: found[1]!, spanId: found[2]!, traceFlags: parseInt(found[3]!, 16), isRemote: true };
}

/** Returns an active context below this span. */
export function below(span: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, span);
}

/** Returns the headers with this context in them. The state of the trace stays as it came. */
export function withContext(headers: Headers, { traceId, spanId, traceFlags }: SpanContext): Headers {
  const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
  return headers.without(parentHeader).with(parentHeader, `00-${traceId}-${spanId}-${flags}`);
}

/** Returns `own` with the context of `from`, where that is sampled and `own` has none. */
export function carried(from: Headers, own: Headers): Headers {
  if (sampledParent(from) === undefined || own.get(parentHeader) !== undefined) return own;
  const state = from.get(stateHeader);
  const added = own.with(parentHeader, from.get(parentHeader)!);
  return state === undefined ? added : added.with(stateHeader, state);
}
