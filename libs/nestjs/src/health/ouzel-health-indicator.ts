import { Injectable } from '@nestjs/common';
import { healthReport, type HealthEntry } from './health-report.js';
import { OuzelHealth } from './ouzel-health.js';
import type { Probes } from './probes.js';

/**
 * Health for applications with terminus: `health.check([() => ouzel.ready('streams')])`. The methods return what
 * terminus' HealthIndicatorService would, and do not need the package. They never throw: terminus would respond with a
 * 500.
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
