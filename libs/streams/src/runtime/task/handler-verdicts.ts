import { handled, Headers, OuzelError, promised, ValidationError } from '@ouzel/core';
import type {
  DeserializationHandler,
  ErrorContext,
  ProcessingHandler,
  ProductionHandler,
  RawRecord,
  Verdict,
} from '../../processor/error-handlers.js';
import { deadLetterHeaders } from '../../record/dead-letter-headers.js';
import type { RecordContext } from '../../record/record.js';

export interface ErrorHandlers {
  readonly deserialization: DeserializationHandler;
  readonly processing: ProcessingHandler;
  readonly production: ProductionHandler;
  readonly deadLetterTopic: string | undefined;
}

/** The decision of a handler, with all parts filled in. */
export interface Judgement<Word extends string> {
  readonly verdict: Word;
  /** Records to write to dead-letter topics. */
  readonly deadLetters: readonly RawRecord[];
}

/** Returns the context of a failure that handlers get. */
export function errorContext(place: RecordContext, node: string, taskId: string, attempts: number): ErrorContext {
  const { topic, partition, offset, timestamp, headers, sourceKey, sourceValue } = place;
  return { topic, partition, offset, timestamp, headers, node, taskId, attempts, sourceKey, sourceValue };
}

/**
 * Returns what a handler has returned when it is one of the words. Throws OUZEL_PROMISE for a promise, and OUZEL_CONFIG
 * for anything else. `handler` is the name of the setting.
 */
export function verdictOf<Word extends string>(returned: unknown, words: readonly Word[], handler: string): Word {
  const promise = promised(returned);
  if (promise !== undefined) {
    handled(promise);
    throw new OuzelError('OUZEL_PROMISE', { what: `${handler} returned a promise`, help: 'Handlers are synchronous.' });
  }
  const found = words.find((word) => word === returned);
  if (found !== undefined) return found;
  const shown = typeof returned === 'string' ? `'${returned}'` : returned === null ? 'null' : typeof returned;
  throw new OuzelError('OUZEL_CONFIG', {
    what: `${handler} returned ${shown}`,
    help: `Return ${words.map((word) => `'${word}'`).join(' or ')}.`,
  });
}

/**
 * Reads what a handler returned: a word writes the default dead letter where a topic is set (ExceptionHandlerUtils).
 * Throws as `verdictOf`.
 */
export function judgementOf<Word extends string>(
  answer: Verdict<Word>,
  words: readonly Word[],
  handler: string,
  standard: () => RawRecord | undefined,
): Judgement<Word> {
  if (typeof answer === 'object' && answer !== null && 'verdict' in answer) {
    const { verdict, deadLetters = [] } = answer as Partial<Judgement<Word>>;
    return { verdict: verdictOf(verdict, words, handler), deadLetters };
  }
  const verdict = verdictOf(answer, words, handler);
  const letter = verdict === 'retry' ? undefined : standard();
  return { verdict, deadLetters: letter === undefined ? [] : [letter] };
}

/**
 * Returns the record as it was read, with Kafka Streams' headers about what went wrong (KIP-1034), the number of
 * attempts where there were several, and the issues of a schema.
 */
export function deadLetter(topic: string, error: Error, context: ErrorContext): RawRecord {
  const cause = error instanceof OuzelError && error.cause instanceof Error ? error.cause : error;
  const headers = Headers.of([
    ...context.headers,
    [deadLetterHeaders.exception, cause.name],
    [deadLetterHeaders.message, cause.message],
    [deadLetterHeaders.stacktrace, cause.stack ?? String(cause)],
    [deadLetterHeaders.topic, context.topic],
    [deadLetterHeaders.partition, String(context.partition)],
    [deadLetterHeaders.offset, String(context.offset)],
    ...(context.attempts === 1 ? [] : [[deadLetterHeaders.attempts, String(context.attempts)] as const]),
    ...(cause instanceof ValidationError ? [[deadLetterHeaders.issues, JSON.stringify(cause.issues)] as const] : []),
  ]);
  return { topic, key: context.sourceKey, value: context.sourceValue, timestamp: context.timestamp, headers };
}
