import { STATUS_CODES } from 'node:http';
import { HttpException, HttpStatus } from '@nestjs/common';
import { RefusedRequest } from '../refused-request.js';
import { asError, OuzelError, StoreNotAvailableError } from '@ouzel/streams';

/** The body of a response that is no success: problem details (RFC 9457) with the code of the error. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  /** What would help. */
  readonly help?: string;
  /** The address of the instance that has the key, with status 421. */
  readonly owner?: string | null;
}

const statusOfCodes: Readonly<Record<string, HttpStatus>> = {
  OUZEL_STORE_UNKNOWN: HttpStatus.NOT_FOUND,
  OUZEL_STATE_TRANSITION: HttpStatus.CONFLICT,
  OUZEL_CONFIG: HttpStatus.BAD_REQUEST,
  OUZEL_SERDE: HttpStatus.BAD_REQUEST,
};

/** Returns what a response says of an error. Says nothing about an error that is not Ouzel's own. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof RefusedRequest) return problem(thrown.status, thrown.code, thrown.message, thrown.help);
  if (thrown instanceof StoreNotAvailableError) {
    const isElsewhere = thrown.reason === 'elsewhere';
    const status = isElsewhere ? HttpStatus.MISDIRECTED : HttpStatus.SERVICE_UNAVAILABLE;
    const found = problem(status, thrown.code, thrown.message);
    return isElsewhere ? { ...found, owner: thrown.owner } : found;
  }
  if (thrown instanceof OuzelError)
    return problem(statusOfCodes[thrown.code] ?? HttpStatus.INTERNAL_SERVER_ERROR, thrown.code, thrown.message, thrown.help);
  if (thrown instanceof HttpException) return problem(thrown.getStatus(), 'HTTP', thrown.message);
  return problem(HttpStatus.INTERNAL_SERVER_ERROR, 'INTERNAL', `the request failed: ${asError(thrown).name}`);
}

function problem(status: number, code: string, detail: string, help?: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, ...(help === undefined ? {} : { help }) };
}
