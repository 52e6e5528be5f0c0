import type { Headers } from '@ouzel/core';
import type { StreamRecord } from '../record/record.js';

/**
 * The place of a failure: the input record that was being processed. In a punctuation there is none: `topic` is null,
 * `partition` and `offset` are -1, and the source bytes are null.
 */
export interface ErrorContext {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly headers: Headers;
  readonly node: string;
  readonly taskId: string;
  /** How often user code was called with the record: more than once where it was called again (`retry`). */
  readonly attempts: number;
  readonly sourceKey: Buffer | null;
  readonly sourceValue: Buffer | null;
}

/** A record as bytes: one that could not be decoded or sent, or a dead letter. */
export interface RawRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Epoch ms. */
  readonly timestamp?: number;
  readonly partition?: number;
  readonly headers?: Headers;
}

/**
 * The decision of a handler. The word alone writes a dead letter where `deadLetterTopic` is set. The object writes the
 * dead letters that it lists, and no other.
 */
export type Verdict<Word extends string = 'fail' | 'continue'> =
  Word | { readonly verdict: Word; readonly deadLetters: readonly RawRecord[] };

/** Decides about a record that its serde or its timestamp extractor can not read. `error` is what the serde threw. */
export type DeserializationHandler = 'fail' | 'continue' | ((error: Error, record: RawRecord, context: ErrorContext) => Verdict);

/**
 * Decides about a record on which a node failed. `error` is what was thrown; `record` is what the node was given, null
 * in a punctuation.
 */
export type ProcessingHandler =
  'fail' | 'continue' | ((error: Error, record: StreamRecord<unknown, unknown> | null, context: ErrorContext) => Verdict);

/**
 * Decides about a record that could not be written. `record` is not yet bytes when `stage` is 'key' or 'value'.
 * 'default' retries what may be retried and fails otherwise.
 */
export type ProductionHandler =
  | 'default'
  | 'continue'
  | ((
      error: Error,
      record: RawRecord | StreamRecord<unknown, unknown>,
      context: ErrorContext,
      stage: 'key' | 'value' | 'send',
    ) => Verdict<'fail' | 'continue' | 'retry'>);
