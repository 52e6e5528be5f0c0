import type { HttpStatus } from '@nestjs/common';

/** A request that the endpoints refuse. */
export class RefusedRequest extends Error {
  constructor(
    readonly status: HttpStatus,
    readonly code: string,
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}
