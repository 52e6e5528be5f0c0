import { HttpException, HttpStatus } from '@nestjs/common';
import type { ErrorCode, StoreNotAvailableError, Unavailability } from '@ouzel/streams';

/** Body of the response when a store can not be asked now, or not here. */
export interface StoreNotAvailableBody {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
  readonly code: string;
  readonly store: string;
  readonly reason: string;
  /** The address of the instance that has the key, with status 421. Null when that instance has published none. */
  readonly owner?: string | null;
}

/**
 * A StoreNotAvailableError in the form that Nest, and filters written for Nest, understand: 421 when another instance
 * has the key, 503 while the store is on its way. It has the fields of the error that it stands for, and is an instance
 * of StoreNotAvailableError too.
 */
export class StoreNotAvailableException extends HttpException {
  readonly code: ErrorCode;
  readonly store: string;
  readonly reason: Unavailability;
  readonly owner: string | null;

  constructor(error: StoreNotAvailableError) {
    const { message, code, store, reason, owner } = error;
    const isElsewhere = reason === 'elsewhere';
    const statusCode = isElsewhere ? HttpStatus.MISDIRECTED : HttpStatus.SERVICE_UNAVAILABLE;
    const body: StoreNotAvailableBody = {
      statusCode,
      error: isElsewhere ? 'Misdirected Request' : 'Service Unavailable',
      message,
      code,
      store,
      reason,
      ...(isElsewhere ? { owner } : {}),
    };
    super(body, statusCode, { cause: error });
    this.code = code;
    this.store = store;
    this.reason = reason;
    this.owner = owner;
  }
}
