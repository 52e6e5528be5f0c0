/**
 * The names of the headers that say why a record is a dead letter, in the order in which they are written. Those that
 * begin with `__streams` are Kafka Streams' (KIP-1034).
 */
export const deadLetterHeaders = {
  exception: '__streams.errors.exception',
  message: '__streams.errors.message',
  stacktrace: '__streams.errors.stacktrace',
  topic: '__streams.errors.topic',
  partition: '__streams.errors.partition',
  offset: '__streams.errors.offset',
  /** How often user code was called with the record, where it was more than once. */
  attempts: '__ouzel.errors.attempts',
  /** JSON: a list of `{ path, message }`, where the value does not fit its schema. */
  issues: '__ouzel.errors.issues',
} as const;
