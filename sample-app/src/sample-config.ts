import { durationMs } from '@ouzel/streams';
import { join } from 'node:path';

/** What the environment says, with defaults that need nothing but Node. */
export interface SampleConfig {
  readonly applicationId: string;
  /** Addresses of a real Kafka; undefined: the embedded one. */
  readonly brokers: readonly string[] | undefined;
  readonly port: number;
  /** Everything that the app keeps: its state, and the topics of the embedded Kafka. */
  readonly directory: string;
  /** How many payments the generator makes; 0: none. */
  readonly paymentsPerSecond: number;
  /** Milliseconds; undefined: the default. */
  readonly sessionTimeout: number | undefined;
  readonly topics: { readonly payment: string; readonly unknownPayment: string };
}

export const sampleConfig = Symbol('sample config');

/** Reads the environment. Throws with everything that is wrong with it. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): SampleConfig {
  const faults: string[] = [];
  const number = (name: string, fallback: number, max: number): number => {
    const value = Number(env[name] ?? fallback);
    if (!Number.isInteger(value) || value < 0 || value > max) faults.push(`${name} must be a whole number from 0 to ${max}`);
    return value;
  };
  const brokers = env.KAFKA_BROKERS?.split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const config: SampleConfig = {
    applicationId: env.OUZEL_APPLICATION_ID ?? 'payments',
    brokers: brokers === undefined || brokers.length === 0 ? undefined : brokers,
    port: number('PORT', 3_000, 65_535),
    directory: env.OUZEL_STATE_DIR ?? join(import.meta.dirname, '../../sample-app/.ouzel'),
    paymentsPerSecond: number('PAYMENTS_PER_SECOND', 20, 100_000),
    sessionTimeout: env.OUZEL_SESSION_TIMEOUT === undefined ? undefined : durationMs(env.OUZEL_SESSION_TIMEOUT, 'OUZEL_SESSION_TIMEOUT'),
    topics: { payment: env.PAYMENT_TOPIC ?? 'payment', unknownPayment: env.UNKNOWN_PAYMENT_TOPIC ?? 'unknown-payment' },
  };
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return config;
}
