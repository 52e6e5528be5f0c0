import { Get, Inject, Res, type Type } from '@nestjs/common';
import { ModuleController, Responder } from '../http/module-controller.js';
import { OuzelMetrics } from './ouzel-metrics.js';

/** Makes the controller that responds with the metrics in Prometheus' format. */
export function metricsController(path: string, decorators: readonly ClassDecorator[]): Type<object> {
  @ModuleController(path, decorators)
  class OuzelMetricsController {
    constructor(
      @Inject(OuzelMetrics) private readonly metrics: OuzelMetrics,
      @Inject(Responder) private readonly responder: Responder,
    ) {}

    @Get()
    async all(@Res() response: unknown): Promise<unknown> {
      return this.responder.send(response, { body: await this.metrics.text(), contentType: this.metrics.contentType });
    }
  }
  return OuzelMetricsController;
}
