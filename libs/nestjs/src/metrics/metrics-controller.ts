import { Controller, Get, HttpStatus, Inject, Res, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OuzelMetrics } from './ouzel-metrics.js';

/**
 * Makes the controller that responds with the metrics in Prometheus' format. It writes the response itself, so that no
 * interceptor of the application changes it. The decorators are put on the controller, for guards.
 */
export function metricsController(path: string, decorators: readonly ClassDecorator[]): Type<object> {
  @Controller({ path, version: VERSION_NEUTRAL })
  class OuzelMetricsController {
    constructor(
      @Inject(OuzelMetrics) private readonly metrics: OuzelMetrics,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Get()
    async all(@Res() response: unknown): Promise<void> {
      const text = await this.metrics.text();
      this.host.httpAdapter.setHeader(response, 'Content-Type', this.metrics.contentType);
      this.host.httpAdapter.reply(response, text, HttpStatus.OK);
    }
  }
  for (const decorate of decorators) decorate(OuzelMetricsController);
  return OuzelMetricsController;
}
