import { Controller, Get, Inject, Res, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OuzelMetrics } from './ouzel-metrics.js';

/** Makes the controller that answers with the metrics in Prometheus' format. The decorators are put on it, for guards. */
export function metricsController(path: string, decorators: readonly ClassDecorator[]): Type<object> {
  @Controller({ path, version: VERSION_NEUTRAL })
  class OuzelMetricsController {
    constructor(
      @Inject(OuzelMetrics) private readonly metrics: OuzelMetrics,
      @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    ) {}

    @Get()
    async all(@Res({ passthrough: true }) response: unknown): Promise<string> {
      this.host.httpAdapter.setHeader(response, 'Content-Type', this.metrics.contentType);
      return this.metrics.text();
    }
  }
  for (const decorate of decorators) decorate(OuzelMetricsController);
  return OuzelMetricsController;
}
