import type { ErrorCode as OuzelCode, ErrorParts } from '@ouzel/core';
import { DriverError, type FailureKind } from '../client/index.js';
import { missingPermission } from './missing-permission.js';

/** The error codes of the protocol and their kinds, by Kafka's names in camel case. */
const errors = {
  unknownServerError: [-1, 'fatal'],
  offsetOutOfRange: [1, 'out-of-range'],
  corruptMessage: [2, 'record'],
  unknownTopicOrPartition: [3, 'retriable'],
  leaderNotAvailable: [5, 'retriable'],
  notLeaderOrFollower: [6, 'retriable'],
  requestTimedOut: [7, 'retriable'],
  brokerNotAvailable: [8, 'retriable'],
  replicaNotAvailable: [9, 'retriable'],
  messageTooLarge: [10, 'record'],
  offsetMetadataTooLarge: [12, 'fatal'],
  networkException: [13, 'retriable'],
  coordinatorLoadInProgress: [14, 'retriable'],
  coordinatorNotAvailable: [15, 'retriable'],
  notCoordinator: [16, 'retriable'],
  invalidTopicException: [17, 'fatal'],
  recordListTooLarge: [18, 'record'],
  notEnoughReplicas: [19, 'retriable'],
  notEnoughReplicasAfterAppend: [20, 'retriable'],
  invalidRequiredAcks: [21, 'fatal'],
  illegalGeneration: [22, 'rejoin'],
  inconsistentGroupProtocol: [23, 'fatal'],
  invalidGroupId: [24, 'fatal'],
  unknownMemberId: [25, 'rejoin'],
  invalidSessionTimeout: [26, 'fatal'],
  rebalanceInProgress: [27, 'rejoin'],
  invalidCommitOffsetSize: [28, 'fatal'],
  topicAuthorizationFailed: [29, 'fatal'],
  groupAuthorizationFailed: [30, 'fatal'],
  clusterAuthorizationFailed: [31, 'fatal'],
  invalidTimestamp: [32, 'record'],
  unsupportedVersion: [35, 'fatal'],
  topicAlreadyExists: [36, 'fatal'],
  invalidPartitions: [37, 'fatal'],
  invalidReplicationFactor: [38, 'fatal'],
  invalidReplicaAssignment: [39, 'fatal'],
  invalidConfig: [40, 'fatal'],
  notController: [41, 'retriable'],
  invalidRequest: [42, 'fatal'],
  unsupportedForMessageFormat: [43, 'fatal'],
  policyViolation: [44, 'fatal'],
  outOfOrderSequenceNumber: [45, 'abortable'],
  duplicateSequenceNumber: [46, 'retriable'],
  invalidProducerEpoch: [47, 'fenced'],
  invalidTxnState: [48, 'abortable'],
  invalidProducerIdMapping: [49, 'abortable'],
  invalidTransactionTimeout: [50, 'fatal'],
  concurrentTransactions: [51, 'retriable'],
  transactionalIdAuthorizationFailed: [53, 'fatal'],
  operationNotAttempted: [55, 'retriable'],
  kafkaStorageError: [56, 'retriable'],
  saslAuthenticationFailed: [58, 'fatal'],
  unknownProducerId: [59, 'abortable'],
  listenerNotFound: [72, 'retriable'],
  fencedLeaderEpoch: [74, 'retriable'],
  unknownLeaderEpoch: [75, 'retriable'],
  unsupportedCompressionType: [76, 'fatal'],
  offsetNotAvailable: [78, 'retriable'],
  memberIdRequired: [79, 'rejoin'],
  groupMaxSizeReached: [81, 'fatal'],
  fencedInstanceId: [82, 'fatal'],
  invalidRecord: [87, 'record'],
  unstableOffsetCommit: [88, 'retriable'],
  throttlingQuotaExceeded: [89, 'retriable'],
  producerFenced: [90, 'fenced'],
  transactionAbortable: [120, 'abortable'],
} as const satisfies Record<string, readonly [code: number, kind: FailureKind]>;

type ErrorName = keyof typeof errors;

const entries = Object.entries(errors) as [ErrorName, readonly [code: number, kind: FailureKind]][];
const names = new Map(entries.map(([name, [code]]) => [code, name]));

/** The number of each error. */
export const ErrorCode = { none: 0, ...Object.fromEntries(entries.map(([name, [code]]) => [name, code])) } as {
  readonly [Name in ErrorName]: (typeof errors)[Name][0];
} & { readonly none: 0 };

/** Advice for the user about an error of Kafka, and its code in Ouzel. */
interface Advice {
  readonly code?: OuzelCode;
  /** A text, or one that depends on the request that was refused and its subject. */
  readonly help: string | ((where: string) => string);
}
const unauthorized = (help: Advice['help']): Advice => ({ code: 'OUZEL_UNAUTHORIZED', help });
const tooLarge: Advice = { help: 'Write smaller records, or raise `max.message.bytes` of the topic (`message.max.bytes` of the brokers).' };
const advice: Partial<Record<ErrorName, Advice>> = {
  messageTooLarge: tooLarge,
  recordListTooLarge: tooLarge,
  invalidTopicException: { help: 'Topic names have 1 to 249 characters of a-z, A-Z, 0-9, ".", "_" and "-".' },
  topicAuthorizationFailed: unauthorized((where) => missingPermission('topic', where)),
  groupAuthorizationFailed: unauthorized((where) => missingPermission('group', where)),
  clusterAuthorizationFailed: unauthorized('Allow Write on any topic, or IdempotentWrite on the cluster; docs/SECURITY.md lists all ACLs.'),
  unsupportedVersion: { code: 'OUZEL_BROKER_VERSION', help: 'Ouzel needs Kafka 2.5 or later.' },
  invalidTransactionTimeout: { help: 'Lower `transactionTimeout`, or raise `transaction.max.timeout.ms` of the brokers.' },
  transactionalIdAuthorizationFailed: unauthorized((where) => missingPermission('transactional id', where)),
  saslAuthenticationFailed: unauthorized('Check `kafka.sasl`.'),
};
const missing: Advice = { code: 'OUZEL_TOPIC_MISSING', help: 'Create the topic, or check its name.' };

/** Returns Kafka's name of the code: `NOT_LEADER_OR_FOLLOWER`. */
export function errorName(code: number): string {
  const name = names.get(code);
  return name === undefined ? `ERROR_${code}` : name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Returns the kind of a code; `fatal` for one that Ouzel does not know. */
export function failureKind(code: number): FailureKind {
  const name = names.get(code);
  return name === undefined ? 'fatal' : errors[name][1];
}

/**
 * Returns the failure for a code. `where` is the request and its subject: `Produce of payment-3`. `kind` replaces the
 * usual kind of the code. `detail` is the broker's own text.
 */
export function failureOf(code: number, where: string, kind: FailureKind = failureKind(code), detail?: string | null): DriverError {
  const name = names.get(code);
  const found = kind === 'missing' ? missing : name === undefined ? undefined : advice[name];
  const more = detail === undefined || detail === null || detail === '' ? '' : `: ${detail}`;
  const parts: ErrorParts = {
    what: `Kafka answered ${errorName(code)} (${code})${more}`,
    where,
    ...(found === undefined ? {} : { help: typeof found.help === 'string' ? found.help : found.help(where) }),
  };
  return new DriverError(kind, code, parts, found?.code);
}
