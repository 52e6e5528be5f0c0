import { Get, HttpStatus, Inject, Res, type Type } from '@nestjs/common';
import { ModuleController, Responder } from '../http/module-controller.js';
import { healthReport } from './health-report.js';
import { OuzelHealth } from './ouzel-health.js';
import type { Probes } from './probes.js';

/** Makes the controller of `live`, `ready` and `startup` under a path: 200 or 503, with the reasons. */
export function healthController(path: string, decorators: readonly ClassDecorator[]): Type<object> {
  @ModuleController(path, decorators)
  class OuzelHealthController {
    constructor(
      @Inject(OuzelHealth) private readonly health: OuzelHealth,
      @Inject(Responder) private readonly responder: Responder,
    ) {}

    @Get('live')
    live(@Res() response: unknown): unknown {
      return this.respond('live', response);
    }
    @Get('ready')
    ready(@Res() response: unknown): unknown {
      return this.respond('ready', response);
    }
    @Get('startup')
    startup(@Res() response: unknown): unknown {
      return this.respond('startup', response);
    }

    private respond(probe: keyof Probes, response: unknown): unknown {
      const body = healthReport(this.health.snapshots(), probe);
      return this.responder.send(response, { body, status: body.status === 'ok' ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE });
    }
  }
  return OuzelHealthController;
}
