import { callback, optional, setting, text, wordOrFunction } from '@ouzel/core/settings';
import type { DroppedRecord } from '../../record/dropped.js';
import type { DeserializationHandler, ProcessingHandler, ProductionHandler } from '../../processor/error-handlers.js';

/**
 * A verdict about a task that failed: the client stops, all clients of the application stop (KIP-671), or the task
 * begins again from its last commit.
 */
export type UncaughtVerdict = 'shutdown-client' | 'shutdown-application' | 'replace';

/** Decides what becomes of the client when one of its tasks fails. `error` names the task and the record. */
export type UncaughtHandler = UncaughtVerdict | ((error: Error) => UncaughtVerdict);

export const errorsSettings = {
  /**
   * Decides about a record that can not be decoded.
   *
   * @defaultValue 'fail'
   */
  deserializationHandler: setting(
    wordOrFunction<DeserializationHandler>('fail', 'continue'),
    'fail',
    'deserialization.exception.handler',
    'default.deserialization.exception.handler',
  ),
  /**
   * Decides about a record on which user code fails.
   *
   * @defaultValue 'fail'
   */
  processingHandler: setting(wordOrFunction<ProcessingHandler>('fail', 'continue'), 'fail', 'processing.exception.handler'),
  /**
   * Decides about a record that can not be written. 'default' retries what may be retried, and fails otherwise.
   *
   * @defaultValue 'default'
   */
  productionHandler: setting(
    wordOrFunction<ProductionHandler>('default', 'continue'),
    'default',
    'production.exception.handler',
    'default.production.exception.handler',
  ),
  /**
   * Decides what becomes of the client, or of all clients of the application, when a task fails.
   *
   * @defaultValue 'shutdown-client'
   */
  uncaughtHandler: setting(wordOrFunction<UncaughtHandler>('shutdown-client', 'shutdown-application', 'replace'), 'shutdown-client'),
  /** Topic for records that a handler gave up, with Kafka Streams' headers about what went wrong (KIP-1034). */
  deadLetterTopic: optional(text, 'errors.dead.letter.queue.topic.name'),
  /** Called with each record that went no further, and the reason. */
  onDropped: optional(callback<(record: DroppedRecord) => void>()),
};
