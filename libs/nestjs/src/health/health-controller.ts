import { Controller, Get, HttpStatus, Inject, Res, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { healthReport } from './health-report.js';
import { OuzelHealth } from './ouzel-health.js';
import type { Probes } from './probes.js';

/**
 * Makes the controller of `live`, `ready` and `startup` under a path: 200 or 503, with the reasons. It writes the
 * response itself, so that no interceptor of the application changes it. The decorators are put on the controller, for
 * guards.
 */
export function healthController(path: string, decorators: readonly ClassDecorator[]): Type<object> {
  @Controller({ path, version: VERSION_NEUTRAL })
  class OuzelHealthController {
    constructor(
      @Inject(OuzelHealth) private readonly health: OuzelHealth,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Get('live')
    live(@Res() response: unknown): void {
      this.respond('live', response);
    }
    @Get('ready')
    ready(@Res() response: unknown): void {
      this.respond('ready', response);
    }
    @Get('startup')
    startup(@Res() response: unknown): void {
      this.respond('startup', response);
    }

    private respond(probe: keyof Probes, response: unknown): void {
      const report = healthReport(this.health.snapshots(), probe);
      this.host.httpAdapter.reply(response, report, report.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    }
  }
  for (const decorate of decorators) decorate(OuzelHealthController);
  return OuzelHealthController;
}
