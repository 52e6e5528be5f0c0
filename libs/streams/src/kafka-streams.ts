import { durationMs, systemClock, systemRandom, type Duration } from '@ouzel/core';
import { kafkajs, type Ports } from '@ouzel/kafka/kafkajs';
import type { KafkaConnection } from '@ouzel/kafka';
import type { Metrics } from './runtime/client/metrics.js';
import type { StoreView } from './query/store-views.js';
import type { ApplicationStatus } from './runtime/client/application-status.js';
import type { State, StateListener } from './runtime/client/client-state.js';
import type { RestoreEvent } from './runtime/restore/restore-progress.js';
import { StreamsClient } from './runtime/client/streams-client.js';
import { resolveConfig } from './config/resolve-config.js';
import type { ResolvedConfig, StreamsConfig } from './config/streams-config.js';
import { plannedOf, type Topology } from './dsl/topology.js';
import { planFor } from './topology/application-plan.js';

/**
 * Runs a topology: one group member, one loop, the tasks that the group gives it. Construction does no I/O, and throws all faults of configuration and plan.
 *
 * ```ts
 * const streams = new KafkaStreams(builder.build(), { applicationId: 'payments', kafka: { brokers: ['localhost:9092'] } });
 * await streams.start();
 * ```
 */
export class KafkaStreams {
  private readonly client: StreamsClient;
  readonly applicationId: string;

  constructor(
    readonly topology: Topology,
    given: StreamsConfig,
  ) {
    const config = resolveConfig(given);
    const { clock = systemClock, random = systemRandom } = config;
    this.applicationId = config.applicationId;
    this.client = new StreamsClient({
      plan: planFor(plannedOf(topology), config),
      config,
      clock,
      random,
      connection: connectionTo(config, { clock, random }),
    });
  }

  get state(): State {
    return this.client.state.current;
  }

  /** Answers a function that ends the listening. */
  onStateChange(listener: StateListener): () => void {
    return this.client.onStateChange(listener);
  }

  /** Told when the restore of a store begins, goes on and ends. Answers a function that ends the listening. */
  onRestore(listener: (event: RestoreEvent) => void): () => void {
    return this.client.onRestore(listener);
  }

  /** See StreamsClient.start: resolves when the member is joining, not when stores are restored. Rejects with faults of topics or state directory. */
  start(): Promise<void> {
    return this.client.start();
  }

  /** Commits, leaves the group and releases everything. May be called twice. `timeout`: 30 s. */
  close(options: { timeout?: Duration } = {}): Promise<void> {
    return this.client.close(durationMs(options.timeout ?? '30s', 'timeout'));
  }

  /** A view of a store by its name; exists before the start and outlives rebalances. Throws OUZEL_STORE_UNKNOWN. */
  store(name: string): StoreView {
    return this.client.stores.view(name);
  }

  status(): ApplicationStatus {
    return this.client.status();
  }

  get metrics(): Metrics {
    return this.client.metrics;
  }
}

function connectionTo({ kafka, logger }: ResolvedConfig, ports: Ports): KafkaConnection {
  return 'createDriver' in kafka ? kafka : kafkajs({ ...kafka, logger }, ports);
}
