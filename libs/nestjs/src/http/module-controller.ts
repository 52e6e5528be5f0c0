import { Controller, HttpStatus, Inject, Injectable, VERSION_NEUTRAL } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/**
 * Makes a class a controller of this module: under `path` whatever versioning the application uses, and with the
 * decorators that the user gave (`endpoints.decorators`), for guards. A global prefix applies, and so do its exclusions,
 * as for every controller.
 *
 * The rules that keep what the rest of an application does from changing an endpoint:
 * - Handlers take `@Res()` and give it to `Responder`. Nest then ignores what interceptors make of the result.
 * - Handlers return what `Responder` returns, the body: an interceptor that looks into the result finds what it expects.
 * - Handlers throw nothing for an outcome that they know, such as a probe that fails: a filter would change it.
 * - Guards apply, the global ones of the application too. `open-routes.ts` is the way past them.
 *
 * ```ts
 * @ModuleController('streams', decorators)
 * class OuzelTasksController {
 *   constructor(@Inject(Responder) private readonly responder: Responder, …) {}
 *
 *   @Get('tasks')
 *   tasks(@Res() response: unknown) {
 *     return this.responder.send(response, { body: this.streams.status().tasks });
 *   }
 * }
 * ```
 */
export function ModuleController(path: string, decorators: readonly ClassDecorator[]): ClassDecorator {
  return (target) => {
    Controller({ path, version: VERSION_NEUTRAL })(target);
    for (const decorate of decorators) decorate(target);
  };
}

/** The content of a response. */
export interface Answer {
  /** Objects are sent as JSON, texts as they are. */
  readonly body: unknown;
  /** Default: 200. */
  readonly status?: number;
  /** Default: that of the body. */
  readonly contentType?: string;
}

/** Writes responses by the platform of the application, Express or Fastify. */
@Injectable()
export class Responder {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  /** Writes the response. Returns its body, for interceptors that look at it. */
  send(response: unknown, { body, status = HttpStatus.OK, contentType }: Answer): unknown {
    const { httpAdapter } = this.host;
    if (contentType !== undefined) httpAdapter.setHeader(response, 'Content-Type', contentType);
    httpAdapter.reply(response, body, status);
    return body;
  }
}
