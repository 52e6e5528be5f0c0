import { Injectable } from '@nestjs/common';
import { healthReport, type HealthEntry } from './health-report.js';
import { OuzelHealth } from './ouzel-health.js';
import type { Probes } from './probes.js';

/**
 * For applications with terminus: `health.check([() => ouzel.ready('streams')])`. Answers what terminus' HealthIndicatorService would, without a need for the
 * package, and never throws: terminus would make a 500 of that.
 */
@Injectable()
export class OuzelHealthIndicator {
  constructor(private readonly health: OuzelHealth) {}

  live<K extends string>(key: K): Record<K, { status: HealthEntry['status'] }> {
    return this.indicate(key, 'live');
  }
  ready<K extends string>(key: K): Record<K, { status: HealthEntry['status'] }> {
    return this.indicate(key, 'ready');
  }
  startup<K extends string>(key: K): Record<K, { status: HealthEntry['status'] }> {
    return this.indicate(key, 'startup');
  }

  private indicate<K extends string>(key: K, probe: keyof Probes): Record<K, { status: HealthEntry['status'] }> {
    const { status, details } = healthReport(this.health.snapshots(), probe);
    // A computed key makes a record of text: that it is this very one the compiler can not know.
    return { [key]: { status: status === 'ok' ? 'up' : 'down', applications: details } } as unknown as Record<
      K,
      { status: HealthEntry['status'] }
    >;
  }
}
