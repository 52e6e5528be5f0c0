import { OuzelError, Headers } from '@ouzel/core';
import type { RecordContext, StreamRecord } from '../../processor/record.js';

/** Where it happened. Of no record (in a punctuation): topic null, partition and offset -1, no source bytes. */
export interface ErrorContext {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  readonly node: string;
  readonly taskId: string;
  readonly sourceKey: Buffer | null;
  readonly sourceValue: Buffer | null;
}
export interface RawRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp?: number;
  readonly partition?: number;
  readonly headers?: Headers;
}
/** The words write a dead letter where `deadLetterTopic` is set; a function writes only those that it returns. */
export type Verdict<Word extends string = 'fail' | 'continue'> =
  Word | { readonly verdict: Word; readonly deadLetters: readonly RawRecord[] };
export type DeserializationHandler = 'fail' | 'continue' | ((error: Error, record: RawRecord, context: ErrorContext) => Verdict);
/** `error` is what was thrown; `record` what the node got, null in a punctuation. */
export type ProcessingHandler =
  'fail' | 'continue' | ((error: Error, record: StreamRecord<unknown, unknown> | null, context: ErrorContext) => Verdict);
/** `record` is not serialised when `stage` is 'key' or 'value'. 'default' retries what may be retried, else fails. */
export type ProductionHandler =
  | 'default'
  | 'continue'
  | ((
      error: Error,
      record: RawRecord | StreamRecord<unknown, unknown>,
      context: ErrorContext,
      stage: 'key' | 'value' | 'send',
    ) => Verdict<'fail' | 'continue' | 'retry'>);

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
