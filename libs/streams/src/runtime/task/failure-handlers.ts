import { asError, helpWith, OuzelError, StateError, whatOf } from '@ouzel/core';
import { DriverError, recordPlace, type ConsumerRecord, type ProducerRecord } from '@ouzel/kafka';
import type { ErrorContext, RawRecord, Verdict } from '../../processor/error-handlers.js';
import { JudgedFailure, ProcessingFailure } from '../../processor/node.js';
import type { Meters } from '../../metrics/meters.js';
import type { RecordContext, StreamRecord } from '../../record/record.js';
import type { DroppedRecords } from './dropped-records.js';
import { deadLetter, errorContext, judgementOf, type ErrorHandlers } from './handler-verdicts.js';
import type { RecordOrigin } from './record-collector.js';

type Stage = 'key' | 'value' | 'send';

/**
 * Asks the application's handlers what becomes of a record that failed, writes its dead letters, and counts it when it
 * is skipped. Each method returns when the record is to be skipped, and throws what the task must stop with. A handler
 * that fails itself stops the task.
 */
export class FailureHandlers {
  constructor(
    private readonly taskId: string,
    private readonly handlers: ErrorHandlers,
    private readonly dropped: DroppedRecords,
    private readonly meters: Meters,
    private readonly writeDeadLetter: (letter: RawRecord, place: RecordContext) => void,
  ) {}

  /**
   * A node failed. `record` is what it was given, null in a punctuation. `attempts`: how often its user code was called
   * with the record.
   */
  processing(error: Error, node: string, record: StreamRecord<unknown, unknown> | null, place: RecordContext, attempts: number): void {
    if (isOfEngine(error) || isOfProgram(error)) throw error;
    const { processing } = this.handlers;
    const where = `${node} of task ${this.taskId}${inputOf(place)}`;
    const ask = (context: ErrorContext) => (typeof processing === 'function' ? processing(error, record, context) : processing);
    const verdict = this.ask('processingHandler', ['fail', 'continue'], ask, error, node, place, where, attempts);
    this.meters.errors.add(1, 'process', verdict);
    if (verdict === 'fail') throw new ProcessingFailure(where, error, attempts);
    this.dropped.add('processing', node, place);
  }

  /** A record can not be decoded. */
  deserialization(error: Error, raw: ConsumerRecord, source: string): void {
    const { topic, partition, key, value, timestamp, headers } = raw;
    if (isOfProgram(error)) throw error;
    const { deserialization } = this.handlers;
    const where = recordPlace(raw);
    const place = placeOf(raw);
    const record: RawRecord = { topic, key, value, timestamp, partition, headers };
    const ask = (context: ErrorContext) =>
      typeof deserialization === 'function' ? deserialization(error, record, context) : deserialization;
    const verdict = this.ask('deserializationHandler', ['fail', 'continue'], ask, error, source, place, where);
    this.meters.errors.add(1, 'deserialize', verdict);
    if (verdict === 'continue') return this.dropped.add('deserialization', source, place);
    throw new JudgedFailure('OUZEL_DESERIALIZATION', {
      what: whatOf(error),
      where,
      help: helpWith(error, 'Set `deserializationHandler: "continue"` to skip such records, and `deadLetterTopic` to keep them.'),
      cause: error,
    });
  }

  /** A sink can not encode a key or value. */
  encoding(
    error: Error,
    stage: 'key' | 'value',
    topic: string,
    node: string,
    record: StreamRecord<unknown, unknown>,
    place: RecordContext,
  ): void {
    this.production(error, stage, topic, { writer: node, node, place }, record);
  }

  /** Kafka refused a record. */
  refusal(error: DriverError, { topic, key, value, timestamp, partition, headers }: ProducerRecord, origin: RecordOrigin): void {
    if (error.kind !== 'record') throw error;
    const record: RawRecord = { topic, key, value, partition, headers, ...(timestamp === undefined ? {} : { timestamp }) };
    this.production(error, 'send', topic, origin, record);
  }

  private production(
    error: Error,
    stage: Stage,
    topic: string,
    { writer, node, place }: RecordOrigin,
    record: RawRecord | StreamRecord<unknown, unknown>,
  ): void {
    const { production } = this.handlers;
    const where = `topic ${topic}, written by ${writer} of task ${this.taskId}`;
    const ask = (context: ErrorContext) =>
      typeof production === 'function' ? production(error, record, context, stage) : production === 'default' ? 'fail' : production;
    const verdict = this.ask('productionHandler', ['fail', 'continue', 'retry'], ask, error, node, place, where);
    this.meters.errors.add(1, 'produce', verdict);
    if (verdict === 'continue') return this.dropped.add('production', node, place);
    throw new JudgedFailure('OUZEL_PRODUCTION', {
      what: stage === 'send' ? whatOf(error) : `the ${stage} can not be encoded: ${whatOf(error)}`,
      where,
      help: helpWith(
        error,
        'Set `productionHandler: "continue"` to skip such records, and `deadLetterTopic` to keep what they were made from.',
      ),
      cause: error,
    });
  }

  private ask<Word extends string>(
    handler: string,
    words: readonly Word[],
    answer: (context: ErrorContext) => Verdict<Word>,
    error: Error,
    node: string,
    place: RecordContext,
    where: string,
    attempts = 1,
  ): Word {
    const { deadLetterTopic } = this.handlers;
    const context = errorContext(place, node, this.taskId, attempts);
    let judgement;
    try {
      const standard = () => (deadLetterTopic === undefined ? undefined : deadLetter(deadLetterTopic, error, context));
      judgement = judgementOf(answer(context), words, handler, standard);
    } catch (thrown) {
      const cause = asError(thrown);
      const help = cause instanceof OuzelError && cause.help !== undefined ? { help: cause.help } : {};
      throw new JudgedFailure('OUZEL_PROCESSING', { what: whatOf(cause), where: `the ${handler} for ${where}`, ...help, cause });
    }
    for (const letter of judgement.deadLetters) {
      this.meters.deadLetters.add(1, letter.topic);
      this.writeDeadLetter(letter, place);
    }
    return judgement.verdict;
  }
}

function inputOf({ topic, partition, offset }: RecordContext): string {
  return topic === null ? '' : `, ${recordPlace({ topic, partition, offset })}`;
}

/** Returns the record context of a record as it was read. */
export function placeOf({ topic, partition, offset, timestamp, headers, key, value }: ConsumerRecord): RecordContext {
  return { topic, partition, offset, timestamp, headers, sourceKey: key, sourceValue: value };
}

/** Failures of state and connection are not the record's: no handler may skip them. */
function isOfEngine(error: Error): boolean {
  return error instanceof StateError || error instanceof DriverError || error instanceof JudgedFailure;
}

/** A schema that serdes can not use fails on every record: no handler may skip them all. */
function isOfProgram(error: Error): boolean {
  return error instanceof OuzelError && error.code === 'OUZEL_SCHEMA_ASYNC';
}
