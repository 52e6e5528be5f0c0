import {
  duration,
  group,
  integer,
  isObject,
  optional,
  reader,
  readSettings,
  required,
  secret,
  setting,
  text,
  type ConfigOf,
  type Reader,
  type Resolved,
} from '@ouzel/core/settings';
import { isolation, names } from '../readers.js';

export const queryListenSettings = {
  /** Port of the endpoint that other instances ask. */
  port: required(integer(1, 65_535)),
  /**
   * Address that the endpoint listens on.
   *
   * @defaultValue '0.0.0.0'
   */
  host: setting(text, '0.0.0.0'),
};

/** Where the endpoint listens that other instances ask. */
export interface QueryListenConfig extends ConfigOf<typeof queryListenSettings> {}

const listener: Reader<'application' | QueryListenConfig, 'application' | Resolved<typeof queryListenSettings>> = {
  form: "'application', or an object with a port and a host",
  show: () => "'application'",
  nested: queryListenSettings,
  read: (value, place) => {
    if (value === 'application') return value;
    return isObject(value) ? readSettings(queryListenSettings, value, place) : place.report(`must be ${listener.form}`);
  },
};

/** A secret that all instances share. */
const sharedSecret = reader<string>('a text of at least 16 characters', (value) =>
  typeof value === 'string' && value.length >= 16 ? value : undefined,
);

/** A key or certificates. */
const pem = reader<string>('a text in PEM form', (value) =>
  typeof value === 'string' && value.includes('-----BEGIN ') ? value : undefined,
);

export const queryTlsSettings = {
  /** Private key of this instance, PEM. May be wrapped in a `Secret`. */
  key: optional(secret(pem)),
  /** Certificate chain of this instance, PEM. Its names cover the host of `applicationServer`. */
  cert: optional(pem),
  /** Authorities that the certificates of instances are checked with, PEM. */
  ca: optional(pem),
  /** Passphrase of the private key. May be wrapped in a `Secret`. */
  passphrase: optional(secret(text)),
};

/** TLS between instances. With `key`, `cert` and `ca`, both sides prove who they are. */
export interface QueryTlsConfig extends ConfigOf<typeof queryTlsSettings> {}

export const queryTableSettings = {
  /**
   * Where other instances ask this one: `{ port, host }` for an own server, or 'application' for the server of the
   * application, which calls `KafkaStreams.queryHandler`; the Nest module does so. Left out: this instance is not asked.
   */
  listen: optional(listener),
  /**
   * Text that all instances of the application share, of at least 16 characters. It signs requests and is never sent.
   * May be wrapped in a `Secret`.
   */
  secret: optional(secret(sharedSecret)),
  /** TLS between instances: `key`, `cert`, `ca`. Left out: plain HTTP, whose requests are signed and not encrypted. */
  tls: optional(group<QueryTlsConfig, typeof queryTlsSettings>(queryTlsSettings).reader),
  /**
   * Hosts that may be asked, of those that the group names: names, '*.suffix', addresses, or ranges such as
   * '10.0.0.0/8', each with a port or for all ports. Left out: those that resemble `applicationServer`.
   *
   * @defaultValue []
   */
  allow: setting(names, []),
  /**
   * How long a query waits for a store that moves, is restored or can not be reached.
   *
   * @defaultValue 5s where other instances can be asked, else 0
   */
  deadline: optional(duration()),
  /**
   * Whether queries see what is processed and not committed (KIP-892).
   *
   * @defaultValue 'read_uncommitted'
   */
  isolation: setting(isolation, 'read_uncommitted', 'default.interactive.query.isolation.level'),
};

/** How stores are asked, also those of other instances. */
export interface QueriesConfig extends ConfigOf<typeof queryTableSettings> {}

export const querySettings = {
  /**
   * How stores are asked, also those of other instances.
   *
   * @defaultValue {}
   */
  queries: group<QueriesConfig, typeof queryTableSettings>(queryTableSettings),
};
