import { systemClock, systemRandom } from '@ouzel/core';
import { resolveKafkaConfig, type KafkaConfig, type KafkaConnection } from '../client/index.js';
import type { DriverLogger, Ports } from './config.js';
import { KafkajsDriver } from './driver.js';

export type { DriverLogger, Ports } from './config.js';

/** How to reach a Kafka cluster by kafkajs. */
export interface KafkajsConfig extends KafkaConfig {
  readonly logger?: DriverLogger;
}

/**
 * Returns a Kafka cluster that is reached by kafkajs. A driver connects when it is asked to. Throws OUZEL_CONFIG with
 * all faults of the configuration.
 */
export function kafkajs(config: KafkajsConfig, ports: Ports = { clock: systemClock, random: systemRandom }): KafkaConnection {
  const { logger, ...address } = config;
  const resolved = resolveKafkaConfig(address);
  return { createDriver: ({ clientId }) => new KafkajsDriver(resolved, clientId, ports, logger) };
}
