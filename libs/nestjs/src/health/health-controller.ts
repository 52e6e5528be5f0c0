import { Controller, Get, HttpStatus, Inject, Res, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { healthReport, type HealthReport } from './health-report.js';
import { OuzelHealth } from './ouzel-health.js';
import type { Probes } from './probes.js';

/** What Express and Fastify have in common. */
interface Response {
  status(code: number): unknown;
}

/** Makes the controller of `live`, `ready` and `startup` under a path: 200 or 503, with the reasons. The decorators are put on it, for guards. */
export function healthController(path: string, decorators: readonly ClassDecorator[]): Type<object> {
  @Controller({ path, version: VERSION_NEUTRAL })
  class OuzelHealthController {
    constructor(@Inject(OuzelHealth) private readonly health: OuzelHealth) {}

    @Get('live')
    live(@Res({ passthrough: true }) response: Response): HealthReport {
      return this.answer('live', response);
    }
    @Get('ready')
    ready(@Res({ passthrough: true }) response: Response): HealthReport {
      return this.answer('ready', response);
    }
    @Get('startup')
    startup(@Res({ passthrough: true }) response: Response): HealthReport {
      return this.answer('startup', response);
    }

    private answer(probe: keyof Probes, response: Response): HealthReport {
      const report = healthReport(this.health.snapshots(), probe);
      response.status(report.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
      return report;
    }
  }
  for (const decorate of decorators) decorate(OuzelHealthController);
  return OuzelHealthController;
}
