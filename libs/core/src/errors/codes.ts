/**
 * Every code that an error of Ouzel may carry, with the sentence that docs/ERRORS.md prints for it. A code is never
 * reused for another meaning.
 */
export const errorCodes = {
  OUZEL_CONFIG: 'The configuration is wrong. The message lists all faults.',
  OUZEL_TOPOLOGY: 'The topology can not be built as written.',
  OUZEL_TOPOLOGY_LOCK: 'The topology differs from its lock in a way that would orphan state or records, or the lock can not be read.',
  OUZEL_NAMING: 'The name of a node, a store or a topic is missing, is taken, or is not allowed by Kafka.',
  OUZEL_SCHEMA_ASYNC: 'A schema validates asynchronously. Serdes are synchronous.',
  OUZEL_SERDE_MISSING: 'A place that reads or writes bytes has no serde, and there is no default.',
  OUZEL_SERDE: 'A serde can not encode a value, or can not decode bytes.',
  OUZEL_COPARTITION: 'Topics that are joined or grouped together have different partition counts.',
  OUZEL_TOPIC_MISSING: 'A topic that must exist does not exist.',
  OUZEL_TOPIC_MISCONFIGURED: 'An internal topic exists with another partition count or configuration than the topology needs.',
  OUZEL_DRIVER: 'A request to Kafka failed.',
  OUZEL_BROKER_VERSION: 'A broker serves no version of a request that Ouzel knows: it is too old, or too new.',
  OUZEL_UNAUTHORIZED: 'Kafka refused a request: an ACL or credentials are missing.',
  OUZEL_CORRUPT_BATCH: 'A record batch is damaged: its checksum or its structure is wrong.',
  OUZEL_COMPRESSION: 'A batch is compressed with a codec whose package is not installed.',
  OUZEL_PROCESSING: 'User code failed on a record or in a punctuation.',
  OUZEL_DESERIALIZATION: 'A record could not be decoded.',
  OUZEL_PRODUCTION: 'A record could not be encoded or was refused by Kafka.',
  OUZEL_TIMESTAMP: 'A record has a negative timestamp and the extractor does not say what to do with it.',
  OUZEL_PROMISE: 'A callback that must be synchronous returned a promise.',
  OUZEL_STATE: 'A state store failed.',
  OUZEL_STATE_CORRUPT: 'Local state is damaged and has no changelog to be restored from.',
  OUZEL_STATE_LOCKED: 'Another process, or another client of this process, uses the state directory.',
  OUZEL_STORE_UNKNOWN: 'No store of this name is part of the topology, or it is not connected to this processor.',
  OUZEL_STORE_NOT_AVAILABLE: 'The store can not be asked now, or not on this instance. The reason says why.',
  OUZEL_BUFFER_FULL: 'A suppression buffer that must not emit early is full.',
  OUZEL_MAPPER_TIMEOUT: 'The mapper of asyncMapValues returned no result within its time limit.',
  OUZEL_TASK_MIGRATED: 'Another member has taken the task over. Its work since the last commit is dropped.',
  OUZEL_TASK_TIMEOUT: 'A task made no progress for longer than `taskTimeout`.',
  OUZEL_APPLICATION_SHUTDOWN: 'An instance of the application has failed, and its uncaught handler ends all instances.',
  OUZEL_STATE_TRANSITION: 'The call is not allowed in the state that the client is in.',
  OUZEL_DECORATOR: 'Decorators do not fit together. The message lists all faults.',
} as const;

export type ErrorCode = keyof typeof errorCodes;
