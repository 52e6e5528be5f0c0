import type { ConnectionOptions } from 'node:tls';
import { FaultsError, Secret, type Fault } from '@ouzel/core';
import {
  callback,
  duration,
  isObject,
  maxInt32,
  optional,
  Place,
  reader,
  readSettings,
  required,
  secret,
  setting,
  text,
  type ConfigOf,
  type Reader,
  type Resolved,
  type Settings,
} from '@ouzel/core/settings';
import { tlsOptionNames } from './tls-option-names.js';

/** A value, or a function that returns it, which is called for each connection. */
export type Provided<T> = T | (() => T | Promise<T>);

/** A text, or a function that returns one: for passwords that change. */
const providedText: Reader<Provided<string>, Provided<string>> = {
  form: `${text.form}, or a function that returns one`,
  show: () => 'a secret',
  read: (value, place) => {
    if (typeof value === 'function' || (typeof value === 'string' && value !== '')) return value as Provided<string>;
    return place.report(`must be ${providedText.form}`);
  },
};

export const passwordCredentials = {
  /** Name of the user. */
  username: required(text),
  /**
   * Password of the user, or a function that returns it, called at each new connection and before the broker ends the
   * session. May be wrapped in a `Secret`, so that no print of your own configuration shows it either.
   */
  password: required(secret(providedText)),
};

/** A token for SASL OAUTHBEARER. `extensions` are fields that the broker wants beside it. */
export interface OauthToken {
  readonly value: string;
  readonly extensions?: Readonly<Record<string, string>>;
}

export const tokenCredentials = {
  /** Called for a token, `{ value }`, at each new connection, and again before the broker ends the session. */
  oauthBearerProvider: required(callback<() => Promise<OauthToken>>()),
};

export const awsCredentials = {
  /** AWS user id or role. */
  authorizationIdentity: required(text),
  /** Id of the access key. */
  accessKeyId: required(text),
  /** The access key, or a function that returns it. May be wrapped in a `Secret`. */
  secretAccessKey: required(secret(providedText)),
  /** Token of temporary credentials, or a function that returns it. May be wrapped in a `Secret`. */
  sessionToken: optional(secret(providedText)),
};

/** The credentials of each SASL mechanism. */
export const saslMechanisms = {
  plain: passwordCredentials,
  'scram-sha-256': passwordCredentials,
  'scram-sha-512': passwordCredentials,
  oauthbearer: tokenCredentials,
  aws: awsCredentials,
} satisfies Readonly<Record<string, Settings>>;

/** The settings of each mechanism. */
export type SaslMechanisms = typeof saslMechanisms;

/** Credentials for one of Kafka's SASL mechanisms. */
export type SaslConfig = { [M in keyof SaslMechanisms]: { readonly mechanism: M } & ConfigOf<SaslMechanisms[M]> }[keyof SaslMechanisms];

/** Credentials, checked; passwords and keys are secrets. */
export type ResolvedSasl = { [M in keyof SaslMechanisms]: { readonly mechanism: M } & Resolved<SaslMechanisms[M]> }[keyof SaslMechanisms];

const mechanismForm = `one of ${Object.keys(saslMechanisms)
  .map((name) => `'${name}'`)
  .join(', ')}`;

const sasl: Reader<SaslConfig, ResolvedSasl> = {
  form: `an object with a mechanism, ${mechanismForm}, and its credentials`,
  show: () => 'an object',
  read: (value, place) => {
    if (!isObject(value) || typeof value.mechanism !== 'string') return place.report(`must be ${sasl.form}`);
    const { mechanism: _mechanism, ...credentials } = value;
    const name = value.mechanism.toLowerCase();
    if (!(name in saslMechanisms)) return place.at('mechanism').report(`must be ${mechanismForm}`);
    const table: Settings = saslMechanisms[name as keyof SaslMechanisms];
    // The mechanism's table has checked the values. The compiler can not relate its type to the name.
    return { mechanism: name, ...readSettings(table, credentials, place) } as unknown as ResolvedSasl;
  },
};

/** Whether and how connections are encrypted. */
export type TlsConfig = Provided<boolean | ConnectionOptions>;

/** Options of Node's TLS, by their names; Node checks the values when it connects. */
const tls: Reader<TlsConfig, TlsConfig> = {
  form: "true, false, the options of Node's tls.connect, or a function that returns them",
  show: String,
  read: (value, place) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'function') return value as TlsConfig;
    if (!isObject(value)) return place.report(`must be ${tls.form}`);
    const table = Object.fromEntries(tlsOptionNames.map((name) => [name, optional(reader('an option of TLS', (given) => given))]));
    readSettings(table, value, place);
    return value;
  },
};

function isAddress(broker: unknown): boolean {
  const port = typeof broker === 'string' ? /^(?:\[[^\]]+\]|[^\s:/]+):(\d{1,5})$/.exec(broker)?.[1] : undefined;
  return port !== undefined && Number(port) <= 65_535;
}

const brokers = reader<readonly string[]>("a list of 'host:port'", (value) => {
  const list = typeof value === 'string' ? value.split(',').map((broker) => broker.trim()) : value;
  return Array.isArray(list) && list.length > 0 && list.every(isAddress) ? (list as string[]) : undefined;
});

/** How to reach a Kafka cluster. */
export const kafkaSettings = {
  /** Addresses of some brokers, each `host:port`. The others are learned from them. */
  brokers: required(brokers, 'bootstrap.servers'),
  /**
   * TLS: true for the authorities of the system, or the options of Node's `tls.connect`: `ca`, `cert`, `key`,
   * `passphrase`, `servername` and the others. A function that returns them is called at each new connection, for
   * certificates that change. Left out or false: no TLS.
   */
  ssl: optional(secret(tls)),
  /** SASL: the mechanism and its credentials. */
  sasl: optional(sasl),
  /**
   * Shows in the broker's logs and quotas.
   *
   * @defaultValue the application id
   */
  clientId: optional(text, 'client.id'),
  /**
   * How long a request may stay without a response until it counts as failed.
   *
   * @defaultValue 30s
   */
  requestTimeout: setting(duration(1, maxInt32), 30_000, 'request.timeout.ms'),
} satisfies Settings;

/** How to reach a Kafka cluster. */
export interface KafkaConfig extends ConfigOf<typeof kafkaSettings> {}

/** How to reach a Kafka cluster, checked. Secrets are wrapped. */
export interface ResolvedKafkaConfig extends Resolved<typeof kafkaSettings> {}

const secretCredentials = ['password', 'secretAccessKey', 'sessionToken'];

/** Returns the configuration with its secrets wrapped. It is not checked yet, but may be kept and printed. */
export function hideKafkaSecrets<T extends KafkaConfig>(config: T): T {
  const { ssl, sasl }: { readonly ssl?: unknown; readonly sasl?: unknown } = config;
  const hidden = isObject(sasl)
    ? Object.entries(sasl).map(([key, value]) => [key, secretCredentials.includes(key) ? Secret.of(value) : value])
    : [];
  return {
    ...config,
    ...(isObject(ssl) ? { ssl: Secret.of(ssl) } : {}),
    ...(isObject(sasl) ? { sasl: Object.fromEntries(hidden) as unknown } : {}),
  };
}

/** Checks a configuration and wraps its secrets. Throws OUZEL_CONFIG with all faults. */
export function resolveKafkaConfig(config: KafkaConfig): ResolvedKafkaConfig {
  const faults: Fault[] = [];
  const resolved = readSettings(kafkaSettings, { ...config }, new Place(faults, 'kafka'));
  if (faults.length > 0) throw new FaultsError('OUZEL_CONFIG', faults);
  return resolved;
}
