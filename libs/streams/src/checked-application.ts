import { FaultsError, safeLogger, systemClock, systemRandom, TopologyError, type Clock, type Logger, type Random } from '@ouzel/core';
import type { KafkaConnection } from '@ouzel/kafka';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { faultsOfLateSettings, resolveConfig } from './config/resolve-config.js';
import type { ResolvedConfig, StreamsConfig } from './config/streams-config.js';
import { plannedOf, type Topology } from './dsl/topology.js';
import { planFor } from './topology/application-plan.js';
import type { ApplicationPlan } from './topology/plan.js';

/** A configuration, checked, and what it says how to reach. */
export interface CheckedConfig {
  readonly config: ResolvedConfig;
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  readonly random: Random;
}

/** A topology and its configuration, checked. */
export interface CheckedApplication extends CheckedConfig {
  readonly plan: ApplicationPlan;
}

/** Checks a configuration. Does no I/O. Throws OUZEL_CONFIG for wrong settings. */
export function checkedConfig(given: StreamsConfig): CheckedConfig {
  const resolved = resolveConfig(given);
  const config = { ...resolved, logger: safeLogger(resolved.logger) };
  const { kafka, logger, clock = systemClock, random = systemRandom } = config;
  return { config, connection: connectionOf(kafka, logger, { clock, random }), clock, random };
}

/** Returns the cluster of a configuration: the connection that it holds, or one to the brokers that it names. */
export function connectionOf(
  kafka: ResolvedConfig['kafka'],
  logger: Logger,
  ports: { readonly clock: Clock; readonly random: Random },
): KafkaConnection {
  return 'createDriver' in kafka ? kafka : kafkajs({ ...kafka, logger }, ports);
}

/**
 * Checks a topology with its configuration. Does no I/O. Throws OUZEL_CONFIG for wrong settings and for settings that
 * came too late, OUZEL_TOPOLOGY for a topology that does nothing, and the faults of the plan.
 */
export function checkedApplication(topology: Topology, given: StreamsConfig): CheckedApplication {
  const checked = checkedConfig(given);
  const { config } = checked;
  const planned = plannedOf(topology);
  const late = faultsOfLateSettings(config, planned.config);
  if (late.length > 0) throw new FaultsError('OUZEL_CONFIG', late);
  const plan = planFor(planned, config);
  if (plan.subTopologies.length === 0 && plan.global === undefined) {
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'the topology reads no topic', help: 'Add a source: `builder.stream(topic, …)`.' });
  }
  return { ...checked, plan };
}
