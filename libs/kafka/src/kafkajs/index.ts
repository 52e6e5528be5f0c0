import { systemClock, systemRandom } from '@ouzel/core';
import type { KafkaConnection } from '../client/index.js';
import type { KafkajsConfig, Ports } from './config.js';
import { KafkajsDriver } from './driver.js';

export type { DriverLogger, KafkajsConfig } from './config.js';

/** A Kafka cluster, reached by kafkajs. Connects when a driver does. */
export function kafkajs(config: KafkajsConfig, ports: Ports = { clock: systemClock, random: systemRandom }): KafkaConnection {
  return { createDriver: ({ clientId }) => new KafkajsDriver(config, clientId, ports) };
}
