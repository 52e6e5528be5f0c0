import { Catch, HttpStatus, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { StoreNotAvailableError } from '@ouzel/streams';

/** What a client is told whose question to a store has no answer here or now. */
export interface StoreNotAvailableBody {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
  readonly code: string;
  readonly store: string;
  readonly reason: string;
  /** Address of the instance to ask, with status 421, where it told one. */
  readonly owner?: string | null;
}

/** 421 when another instance has the key, with its address; 503 with Retry-After while the store is on its way. Outside HTTP the error goes on. */
@Catch(StoreNotAvailableError)
export class StoreNotAvailableFilter implements ExceptionFilter<StoreNotAvailableError> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: StoreNotAvailableError, context: ArgumentsHost): void {
    if (context.getType() !== 'http') throw error;
    const { httpAdapter } = this.host;
    const response: unknown = context.switchToHttp().getResponse();
    const isElsewhere = error.reason === 'elsewhere';
    const statusCode = isElsewhere ? HttpStatus.MISDIRECTED : HttpStatus.SERVICE_UNAVAILABLE;
    if (!isElsewhere) httpAdapter.setHeader(response, 'Retry-After', '1');
    const { message, code, store, reason, owner } = error;
    const body: StoreNotAvailableBody = {
      statusCode,
      error: isElsewhere ? 'Misdirected Request' : 'Service Unavailable',
      message,
      code,
      store,
      reason,
      ...(isElsewhere ? { owner } : {}),
    };
    httpAdapter.reply(response, body, statusCode);
  }
}
