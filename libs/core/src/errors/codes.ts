/**
 * Every code that an error of Ouzel may carry, with the sentence that docs/ERRORS.md prints for it. A code is never reused for another meaning.
 */
export const errorCodes = {
  OUZEL_CONFIG: 'The configuration is wrong; all faults are listed.',
  OUZEL_TOPOLOGY: 'The topology can not be built as written.',
  OUZEL_NAMING: 'A node, store or topic has no name, a name twice, or a name that Kafka does not allow.',
  OUZEL_SERDE_MISSING: 'No serde was given for a place that reads or writes bytes, and there is no default.',
  OUZEL_SERDE: 'A value can not be encoded as, or bytes are not, what the serde says.',
  OUZEL_COPARTITION: 'Topics that are joined or grouped together have different partition counts.',
  OUZEL_TOPIC_MISSING: 'A topic that must exist does not.',
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
  OUZEL_STATE_LOCKED: 'Another process uses this state directory.',
  OUZEL_STORE_UNKNOWN: 'No store of this name is part of the topology, or it is not connected to this processor.',
  OUZEL_STORE_NOT_AVAILABLE: 'The store can not be asked now; the reason says why.',
  OUZEL_BUFFER_FULL: 'A suppression buffer that must not emit early is full.',
  OUZEL_MAPPER_TIMEOUT: 'The mapper of asyncMapValues did not answer within its time-out.',
  OUZEL_TASK_MIGRATED: 'Another member took over the task; its work since the last commit is dropped.',
  OUZEL_TASK_TIMEOUT: 'A task made no progress for longer than `taskTimeout`.',
  OUZEL_STATE_TRANSITION: 'The call is not allowed in the state that the client is in.',
  OUZEL_DECORATOR: 'Decorators do not fit together; all faults are listed.',
} as const;

export type ErrorCode = keyof typeof errorCodes;
