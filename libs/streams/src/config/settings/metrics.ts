import { group, oneOf, setting, type ConfigOf } from '@ouzel/core/settings';

export const metricsSettings = {
  /**
   * How much is measured. `debug` adds the durations of nodes and of store operations, which cost time for each record;
   * see docs/METRICS.md.
   *
   * @defaultValue 'info'
   */
  level: setting(oneOf('info', 'debug'), 'info', 'metrics.recording.level'),
};

/** How a client is measured. */
export interface MetricsConfig extends ConfigOf<typeof metricsSettings> {}

export const measuringSettings = {
  /**
   * How the client is measured.
   *
   * @defaultValue {}
   */
  metrics: group<MetricsConfig, typeof metricsSettings>(metricsSettings),
};
