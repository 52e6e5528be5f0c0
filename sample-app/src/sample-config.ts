import { durationMs, type StreamsConfig } from '@ouzel/streams';
import { join } from 'node:path';

/** The settings of the sample. Every one has a default, so that the sample needs nothing but Node. */
export interface SampleConfig {
  readonly applicationId: string;
  /** Addresses of a real Kafka. Undefined: the sample runs on the embedded one. */
  readonly brokers: readonly string[] | undefined;
  readonly port: number;
  /** The folder of everything that the sample keeps: its state, and the topics of the embedded Kafka. */
  readonly directory: string;
  /** How many payments the generator makes each second. 0: none. */
  readonly paymentsPerSecond: number;
  /** Undefined: Ouzel's default. */
  readonly processingGuarantee: Guarantee | undefined;
  /** Milliseconds. Undefined: Ouzel's default. */
  readonly sessionTimeout: number | undefined;
  readonly topics: { readonly payment: string; readonly unknownPayment: string };
}

type Guarantee = NonNullable<StreamsConfig['processingGuarantee']>;
const guarantees: readonly Guarantee[] = ['at_least_once', 'exactly_once_v2'];

/** Token of the SampleConfig. */
export const sampleConfig = Symbol('sample config');

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables. One that is empty counts as left out. Throws with every variable that
 * is wrong.
 */
export function readConfig(env: Environment): SampleConfig {
  const variables = new Variables(env);
  const config: SampleConfig = {
    applicationId: variables.text('OUZEL_APPLICATION_ID') ?? 'payments',
    brokers: variables.brokers('KAFKA_BROKERS'),
    port: variables.wholeNumber('PORT', 65_535) ?? 3_000,
    directory: variables.text('OUZEL_STATE_DIR') ?? join(import.meta.dirname, '../../sample-app/.ouzel'),
    paymentsPerSecond: variables.wholeNumber('PAYMENTS_PER_SECOND', 100_000) ?? 20,
    processingGuarantee: variables.guarantee('OUZEL_PROCESSING_GUARANTEE'),
    sessionTimeout: variables.duration('OUZEL_SESSION_TIMEOUT'),
    topics: {
      payment: variables.topic('PAYMENT_TOPIC') ?? 'payment',
      unknownPayment: variables.topic('UNKNOWN_PAYMENT_TOPIC') ?? 'unknown-payment',
    },
  };
  if (config.topics.payment === config.topics.unknownPayment) variables.faults.push('PAYMENT_TOPIC and UNKNOWN_PAYMENT_TOPIC must differ');
  if (variables.faults.length > 0) throw new Error(variables.faults.join('\n'));
  return config;
}

/** Reads environment variables, and collects what is wrong with them. */
class Variables {
  readonly faults: string[] = [];

  constructor(private readonly env: Environment) {}

  text(name: string): string | undefined {
    const value = this.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  topic(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || /^[a-zA-Z0-9._-]{1,249}$/.test(value)) return value;
    return this.wrong(name, `1 to 249 of the characters a-z, A-Z, 0-9, '.', '_', '-'`);
  }

  wholeNumber(name: string, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return /^\d+$/.test(value) && Number(value) <= max ? Number(value) : this.wrong(name, `a whole number from 0 to ${max}`);
  }

  brokers(name: string): readonly string[] | undefined {
    const addresses = this.text(name)
      ?.split(',')
      .map((address) => address.trim());
    if (addresses === undefined || addresses.every((address) => /^.+:\d{1,5}$/.test(address))) return addresses;
    return this.wrong(name, 'addresses with ports, such as localhost:9092,localhost:9093');
  }

  guarantee(name: string): Guarantee | undefined {
    const value = this.text(name);
    const found = guarantees.find((guarantee) => guarantee === value);
    return value === undefined || found !== undefined ? found : this.wrong(name, guarantees.join(' or '));
  }

  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      return durationMs(value);
    } catch {
      return this.wrong(name, "a duration, such as '500ms', '10s' or '5m'");
    }
  }

  private wrong(name: string, form: string): undefined {
    this.faults.push(`${name} must be ${form}`);
  }
}
