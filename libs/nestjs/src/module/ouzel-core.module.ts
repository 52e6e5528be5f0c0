import { Global, Module } from '@nestjs/common';
import { APP_FILTER, DiscoveryModule } from '@nestjs/core';
import { DroppedLog } from '../endpoints/dropped/dropped-log.js';
import { StoreUses } from '../explorer/checks/store-uses.js';
import { HandlerFinder } from '../explorer/handlers/handler-finder.js';
import { TopologyFinder } from '../explorer/topology-finder.js';
import { OuzelHealth } from '../health/ouzel-health.js';
import { OuzelHealthIndicator } from '../health/ouzel-health-indicator.js';
import { Responder } from '../http/module-controller.js';
import { StoreNotAvailableFilter } from '../http/store-not-available-filter.js';
import { OuzelMetrics } from '../metrics/ouzel-metrics.js';
import { Customizers } from './customizers.js';
import { Applications } from '../handles/applications.js';

const parts = [
  Applications,
  DroppedLog,
  TopologyFinder,
  Customizers,
  HandlerFinder,
  StoreUses,
  OuzelHealth,
  OuzelHealthIndicator,
  OuzelMetrics,
  Responder,
];

/**
 * Provides the parts that all applications of a process share. None of them has a lifetime: hooks of a global module
 * run last, when the databases of the application are closed.
 */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [...parts, { provide: APP_FILTER, useClass: StoreNotAvailableFilter }],
  exports: parts,
})
export class OuzelCoreModule {}
