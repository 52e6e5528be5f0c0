import { Catch, HttpStatus, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { StoreNotAvailableError } from '@ouzel/streams';
import { StoreNotAvailableException } from './store-not-available-exception.js';

/** Adds `Retry-After` to the response when a store is on its way. Outside HTTP the error goes on. */
@Catch(StoreNotAvailableError)
export class StoreNotAvailableFilter implements ExceptionFilter<StoreNotAvailableError> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: StoreNotAvailableError | StoreNotAvailableException, context: ArgumentsHost): void {
    if (context.getType() !== 'http') throw error;
    const { httpAdapter } = this.host;
    const response: unknown = context.switchToHttp().getResponse();
    const exception = error instanceof StoreNotAvailableException ? error : new StoreNotAvailableException(error);
    const status = exception.getStatus();
    if (status === Number(HttpStatus.SERVICE_UNAVAILABLE)) httpAdapter.setHeader(response, 'Retry-After', '1');
    httpAdapter.reply(response, exception.getResponse(), status);
  }
}
