import { OuzelError, type ErrorCode, type ErrorParts } from '@ouzel/core';

/**
 * What can be done about a failed request:
 * `retriable` (again later; leader and coordinator are looked up anew by the driver), `rejoin` (this member is no longer part of the generation),
 * `fenced` (another took over: drop the work, begin anew), `abortable` (end the transaction, go on from the last commit), `record` (this record or batch
 * can never be written), `out-of-range` (the offset does not exist), `missing` (topic or partition does not exist), `fatal` (tell the user), `closed`.
 */
export type FailureKind = 'retriable' | 'rejoin' | 'fenced' | 'abortable' | 'record' | 'out-of-range' | 'missing' | 'fatal' | 'closed';

/** A request to Kafka failed. `kafkaCode` is the protocol's error code, -1 when the failure was in the connection. */
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

/** A record that is larger than a request may be: it is never sent. MESSAGE_TOO_LARGE, as a broker would say. */
export function recordTooLarge(size: number, maxRequestSize: number, where: string): DriverError {
  return new DriverError('record', 10, {
    what: `a record of ${size} bytes is larger than the ${maxRequestSize} of a request`,
    where,
    help: 'Raise `producer.maxRequestSize`, and `max.message.bytes` of the topic.',
  });
}

/** Calls of a transactional producer that are out of order: a mistake in the program. */
export function transactionMisuse(call: string, transactionalId: string, what: string): DriverError {
  return new DriverError('fatal', -1, { what, where: `${call} of ${transactionalId}` });
}
