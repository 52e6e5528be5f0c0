import { OuzelError, Headers } from '@ouzel/core';
import type {
  DeserializationHandler,
  ErrorContext,
  ProcessingHandler,
  ProductionHandler,
  RawRecord,
  Verdict,
} from '../../processor/error-handlers.js';
import type { RecordContext } from '../../processor/record.js';

export interface ErrorHandlers {
  readonly deserialization: DeserializationHandler;
  readonly processing: ProcessingHandler;
  readonly production: ProductionHandler;
  readonly deadLetterTopic: string | undefined;
}

/** A handler's answer in full: the word, and what to write to dead-letter topics. */
export interface Judgement {
  readonly verdict: 'fail' | 'continue' | 'retry';
  readonly deadLetters: readonly RawRecord[];
}

/** `context` with its place. */
export function errorContext(context: RecordContext, node: string, taskId: string): ErrorContext {
  const { topic, partition, offset, timestamp, headers, sourceKey, sourceValue } = context;
  return { topic, partition, offset, timestamp, headers, node, taskId, sourceKey, sourceValue };
}

/** What `answer`, a word or a function's answer, means: a word writes the default dead letter where a topic is set (ExceptionHandlerUtils). */
export function judge(
  answer: Verdict<'fail' | 'continue' | 'retry' | 'default'>,
  error: Error,
  context: ErrorContext,
  deadLetterTopic: string | undefined,
): Judgement {
  if (typeof answer === 'object') {
    const { verdict } = answer;
    return { verdict: verdict === 'default' ? 'fail' : verdict, deadLetters: answer.deadLetters };
  }
  const verdict = answer === 'default' ? 'fail' : answer;
  const writes = deadLetterTopic !== undefined && verdict !== 'retry';
  return { verdict, deadLetters: writes ? [deadLetter(deadLetterTopic, error, context)] : [] };
}

/** The record as it was read, with Kafka Streams' headers about what went wrong (KIP-1034). */
export function deadLetter(topic: string, error: Error, context: ErrorContext): RawRecord {
  const cause = error instanceof OuzelError && error.cause instanceof Error ? error.cause : error;
  const headers = Headers.of([
    ...context.headers,
    ['__streams.errors.exception', cause.name],
    ['__streams.errors.message', cause.message],
    ['__streams.errors.stacktrace', cause.stack ?? String(cause)],
    ['__streams.errors.topic', context.topic],
    ['__streams.errors.partition', String(context.partition)],
    ['__streams.errors.offset', String(context.offset)],
  ]);
  return { topic, key: context.sourceKey, value: context.sourceValue, timestamp: context.timestamp, headers };
}
