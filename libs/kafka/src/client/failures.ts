import { asError, OuzelError, type ErrorCode, type ErrorParts } from '@ouzel/core';

/**
 * Tells the caller how to go on after a failed request:
 *
 * - `retriable`: try again later. The driver has looked up leader and coordinator anew.
 * - `rejoin`: this member is no longer part of the generation. Join the group again.
 * - `fenced`: another client took over. Drop the work and begin anew.
 * - `abortable`: abort the transaction, and go on from the last commit.
 * - `indefinite`: the transaction may be committed or not. Initialise its transactional id again to find out.
 * - `record`: this record or batch can never be written.
 * - `out-of-range`: the partition has no such offset.
 * - `missing`: the topic or partition does not exist.
 * - `fatal`: trying again does not help. Tell the user.
 * - `closed`: the driver is closed, or the producer, fetcher or member that was called.
 */
export type FailureKind =
  'retriable' | 'rejoin' | 'fenced' | 'abortable' | 'indefinite' | 'record' | 'out-of-range' | 'missing' | 'fatal' | 'closed';

/** A request to Kafka failed. `kafkaCode` is the protocol's error code, or -1 when the connection failed. */
export class DriverError extends OuzelError {
  constructor(
    readonly kind: FailureKind,
    readonly kafkaCode: number,
    parts: ErrorParts,
    code: ErrorCode = 'OUZEL_DRIVER',
  ) {
    super(code, parts);
  }
}

/**
 * Returns a thrown DriverError as it is. Any other error is a defect of the driver or of a callback: it becomes the
 * cause of a `fatal` DriverError.
 */
export function asDriverError(thrown: unknown, where: string): DriverError {
  if (thrown instanceof DriverError) return thrown;
  const cause = asError(thrown);
  return new DriverError('fatal', -1, { what: cause.message, where, cause });
}

/** Returns the failure of a call that comes at the wrong time. */
export function notAllowed(call: string, reason: string, where: string): DriverError {
  return new DriverError('fatal', -1, { what: `${call} is not possible: ${reason}`, where }, 'OUZEL_STATE_TRANSITION');
}
