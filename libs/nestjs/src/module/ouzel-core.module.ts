import { Global, Module } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { StoreUses } from '../explorer/checks/store-uses.js';
import { TopologyFinder } from '../explorer/topology-finder.js';
import { OuzelHealth } from '../health/ouzel-health.js';
import { OuzelHealthIndicator } from '../health/ouzel-health-indicator.js';
import { StoreNotAvailableFilter } from '../http/store-not-available-filter.js';
import { OuzelMetrics } from '../metrics/ouzel-metrics.js';
import { Applications } from './applications.js';

/** What all applications of a process share. Nothing here has a lifetime: hooks of a global module run last, after the databases are closed. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    Applications,
    TopologyFinder,
    StoreUses,
    OuzelHealth,
    OuzelHealthIndicator,
    OuzelMetrics,
    { provide: APP_FILTER, useClass: StoreNotAvailableFilter },
  ],
  exports: [Applications, TopologyFinder, StoreUses, OuzelHealth, OuzelHealthIndicator, OuzelMetrics],
})
export class OuzelCoreModule {}
