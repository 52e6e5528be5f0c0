import type { KafkaConfig, SASLOptions } from 'kafkajs';
import type { Clock, Random } from '@ouzel/core';

/** Told what a person may want to know and no caller is told: a group that has to be waited for, warnings of kafkajs. */
export interface DriverLogger {
  warn(message: string): void;
}

/** How to reach a Kafka cluster. */
export interface KafkajsConfig {
  /** `host:port` of some brokers; the others are learned from them. */
  readonly brokers: readonly string[];
  /** True for TLS with the system's authorities, or options of `node:tls`. */
  readonly ssl?: KafkaConfig['ssl'];
  /** `{ mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer' | 'aws', … }` as kafkajs takes them. */
  readonly sasl?: SASLOptions;
  /** Shows in the broker's logs and quotas; the client id of the driver when left out. */
  readonly clientId?: string;
  /** Milliseconds until an unanswered request counts as failed; 30,000. */
  readonly requestTimeout?: number;
  readonly logger?: DriverLogger;
}

/** Time and randomness; those of the machine unless a test brings its own. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
}

export const defaultRequestTimeoutMs = 30_000;
