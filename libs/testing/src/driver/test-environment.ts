import type { StreamsConfig, Topology, TopologyConfig } from '@ouzel/streams';
import {
  Meters,
  planFor,
  plannedOf,
  RecordCache,
  resolveConfig,
  silentLogger,
  systemRandom,
  type ApplicationPlan,
  type Clock,
  type Producer,
  type TaskEnvironment,
} from '@ouzel/streams/testing';

/** A topology with the names of one application, and what its tasks are made with. */
export interface TestPlan {
  readonly application: ApplicationPlan;
  readonly environment: TaskEnvironment;
}

/** Throws all faults of the configuration, or of the plan. */
export function planned(topology: Topology, given: TopologyConfig, clock: Clock, producer: Producer): TestPlan {
  const config = resolveConfig({ ...defaultsFor(given), ...given });
  const { deserializationHandler, processingHandler, productionHandler, deadLetterTopic } = config;
  const application = planFor(plannedOf(topology), config);
  return {
    application,
    environment: {
      applicationId: config.applicationId,
      stateDirectory: config.stateDirectory,
      clock,
      random: systemRandom,
      logger: config.logger,
      handlers: { deserialization: deserializationHandler, processing: processingHandler, production: productionHandler, deadLetterTopic },
      onDropped: config.onDropped,
      defaults: { key: config.defaultKeySerde, value: config.defaultValueSerde, timestamp: config.defaultTimestampExtractor },
      producer,
      counts: { known: () => 1, learn: async () => 1 },
      cache: config.cacheMaxBytes === 0 ? undefined : new RecordCache(config.cacheMaxBytes),
      tracing: config.tracing?.({ applicationId: config.applicationId }),
      meters: new Meters(config.metrics.level, clock),
      lag: { of: () => 0 },
      maxTaskIdleMs: config.maxTaskIdle,
      idleSourceTimeoutMs: config.idleSourceTimeout,
      timeJumpMs: config.streamTimeJumpWarning,
    },
  };
}

function defaultsFor(given: TopologyConfig): StreamsConfig {
  const applicationId = given.applicationId ?? (given['application.id'] as string | undefined) ?? 'topology-test-driver';
  return { applicationId, kafka: { createDriver: unreachable }, logger: silentLogger };
}

function unreachable(): never {
  throw new Error('the test driver has no cluster');
}
