import type { Registry } from 'prom-client';

export interface MetricsOptions {
  /** Where the metrics are registered. Default: a registry of Ouzel's own, so that several Nest applications fit into one process. */
  registry?: Registry;
  /** Adds the names that Micrometer gives to Kafka Streams' metrics, so that existing dashboards go on working. Default: false. */
  compat?: boolean;
}
