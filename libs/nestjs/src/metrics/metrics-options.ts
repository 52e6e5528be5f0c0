import { flag, having, optional, setting, type ConfigOf } from '@ouzel/core/settings';
import { metricsSettings as clientSettings } from '@ouzel/streams';
import type { Registry } from 'prom-client';

export const registrySettings = {
  /**
   * Where the metrics are registered.
   *
   * @defaultValue a registry of Ouzel's own, so that several Nest applications fit into one process
   */
  registry: optional(having<Registry>('registerMetric', 'getSingleMetric', 'metrics')),
  /**
   * Whether metrics also appear under the names that Micrometer gives to Kafka Streams' metrics, so that existing
   * dashboards go on working.
   *
   * @defaultValue false
   */
  compat: setting(flag, false),
};

export const metricsSettings = { ...clientSettings, ...registrySettings };

/** What is measured, and how metrics are registered. */
export interface MetricsOptions extends ConfigOf<typeof metricsSettings> {}
