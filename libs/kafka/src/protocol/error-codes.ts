import type { ErrorParts } from '@ouzel/core';
import { DriverError, type FailureKind } from '../client/index.js';

/** What can be done about each error code of the protocol. A code that is not listed is fatal. */
const failures: Readonly<Record<number, readonly [name: string, kind: FailureKind]>> = {
  [-1]: ['UNKNOWN_SERVER_ERROR', 'fatal'],
  1: ['OFFSET_OUT_OF_RANGE', 'out-of-range'],
  2: ['CORRUPT_MESSAGE', 'record'],
  3: ['UNKNOWN_TOPIC_OR_PARTITION', 'retriable'],
  5: ['LEADER_NOT_AVAILABLE', 'retriable'],
  6: ['NOT_LEADER_OR_FOLLOWER', 'retriable'],
  7: ['REQUEST_TIMED_OUT', 'retriable'],
  8: ['BROKER_NOT_AVAILABLE', 'retriable'],
  9: ['REPLICA_NOT_AVAILABLE', 'retriable'],
  10: ['MESSAGE_TOO_LARGE', 'record'],
  12: ['OFFSET_METADATA_TOO_LARGE', 'fatal'],
  13: ['NETWORK_EXCEPTION', 'retriable'],
  14: ['COORDINATOR_LOAD_IN_PROGRESS', 'retriable'],
  15: ['COORDINATOR_NOT_AVAILABLE', 'retriable'],
  16: ['NOT_COORDINATOR', 'retriable'],
  17: ['INVALID_TOPIC_EXCEPTION', 'fatal'],
  18: ['RECORD_LIST_TOO_LARGE', 'record'],
  19: ['NOT_ENOUGH_REPLICAS', 'retriable'],
  20: ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'retriable'],
  21: ['INVALID_REQUIRED_ACKS', 'fatal'],
  22: ['ILLEGAL_GENERATION', 'rejoin'],
  23: ['INCONSISTENT_GROUP_PROTOCOL', 'fatal'],
  24: ['INVALID_GROUP_ID', 'fatal'],
  25: ['UNKNOWN_MEMBER_ID', 'rejoin'],
  26: ['INVALID_SESSION_TIMEOUT', 'fatal'],
  27: ['REBALANCE_IN_PROGRESS', 'rejoin'],
  28: ['INVALID_COMMIT_OFFSET_SIZE', 'fatal'],
  29: ['TOPIC_AUTHORIZATION_FAILED', 'fatal'],
  30: ['GROUP_AUTHORIZATION_FAILED', 'fatal'],
  31: ['CLUSTER_AUTHORIZATION_FAILED', 'fatal'],
  32: ['INVALID_TIMESTAMP', 'record'],
  35: ['UNSUPPORTED_VERSION', 'fatal'],
  36: ['TOPIC_ALREADY_EXISTS', 'fatal'],
  37: ['INVALID_PARTITIONS', 'fatal'],
  38: ['INVALID_REPLICATION_FACTOR', 'fatal'],
  39: ['INVALID_REPLICA_ASSIGNMENT', 'fatal'],
  40: ['INVALID_CONFIG', 'fatal'],
  41: ['NOT_CONTROLLER', 'retriable'],
  42: ['INVALID_REQUEST', 'fatal'],
  43: ['UNSUPPORTED_FOR_MESSAGE_FORMAT', 'fatal'],
  44: ['POLICY_VIOLATION', 'fatal'],
  45: ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'abortable'],
  46: ['DUPLICATE_SEQUENCE_NUMBER', 'retriable'],
  47: ['INVALID_PRODUCER_EPOCH', 'fenced'],
  48: ['INVALID_TXN_STATE', 'abortable'],
  49: ['INVALID_PRODUCER_ID_MAPPING', 'abortable'],
  50: ['INVALID_TRANSACTION_TIMEOUT', 'fatal'],
  51: ['CONCURRENT_TRANSACTIONS', 'retriable'],
  53: ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'fatal'],
  56: ['KAFKA_STORAGE_ERROR', 'retriable'],
  58: ['SASL_AUTHENTICATION_FAILED', 'fatal'],
  59: ['UNKNOWN_PRODUCER_ID', 'abortable'],
  72: ['LISTENER_NOT_FOUND', 'retriable'],
  74: ['FENCED_LEADER_EPOCH', 'retriable'],
  75: ['UNKNOWN_LEADER_EPOCH', 'retriable'],
  78: ['OFFSET_NOT_AVAILABLE', 'retriable'],
  79: ['MEMBER_ID_REQUIRED', 'rejoin'],
  81: ['GROUP_MAX_SIZE_REACHED', 'fatal'],
  82: ['FENCED_INSTANCE_ID', 'fatal'],
  87: ['INVALID_RECORD', 'record'],
  88: ['UNSTABLE_OFFSET_COMMIT', 'retriable'],
  89: ['THROTTLING_QUOTA_EXCEEDED', 'retriable'],
  90: ['PRODUCER_FENCED', 'fenced'],
  120: ['TRANSACTION_ABORTABLE', 'abortable'],
};

/** What would help: for refusals the ACL that is missing. */
const remedies: Readonly<Record<number, string>> = {
  10: 'Raise `max.message.bytes` of the topic.',
  29: 'Allow the operation on the topic: Read for inputs, Write for outputs, Create/Delete/Describe/DescribeConfigs on topics that begin with the application id.',
  30: 'Allow Read on the group named as the application id.',
  31: 'Allow Write on any topic, or IdempotentWrite on the cluster.',
  53: 'Allow Write on transactional ids that begin with the application id.',
  58: 'Check `kafka.sasl`.',
};

const refusals = new Set([29, 30, 31, 53, 58]);

/** Codes that this file's users test for by name. */
export const ErrorCode = {
  none: 0,
  unknownTopicOrPartition: 3,
  messageTooLarge: 10,
  coordinatorLoadInProgress: 14,
  illegalGeneration: 22,
  inconsistentGroupProtocol: 23,
  unknownMemberId: 25,
  rebalanceInProgress: 27,
  topicAlreadyExists: 36,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidTransactionState: 48,
  unknownProducerIdMapping: 49,
  concurrentTransactions: 51,
  unknownProducerId: 59,
  memberIdRequired: 79,
  fencedInstanceId: 82,
  unstableOffsetCommit: 88,
} as const;

export function errorName(code: number): string {
  return failures[code]?.[0] ?? `ERROR_${code}`;
}

export function failureKind(code: number): FailureKind {
  return failures[code]?.[1] ?? 'fatal';
}

/** The failure that a code means. `where` is the request and what it was about: `Produce of payment-3`. */
export function failureOf(code: number, where: string, kind: FailureKind = failureKind(code), detail?: string | null): DriverError {
  const help = kind === 'missing' ? 'It was deleted, or never had this partition.' : remedies[code];
  const parts: ErrorParts = {
    what: `Kafka answered ${errorName(code)} (${code})${detail === undefined || detail === null || detail === '' ? '' : `: ${detail}`}`,
    where,
    ...(help === undefined ? {} : { help }),
  };
  return new DriverError(
    kind,
    code,
    parts,
    kind === 'missing' ? 'OUZEL_TOPIC_MISSING' : refusals.has(code) ? 'OUZEL_UNAUTHORIZED' : 'OUZEL_DRIVER',
  );
}
