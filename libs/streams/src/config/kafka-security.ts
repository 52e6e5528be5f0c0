import type { ConnectionOptions } from 'node:tls';
import { Secret } from '@ouzel/core';
import type { Place } from '@ouzel/core/settings';
import type { SaslConfig } from '@ouzel/kafka';

/** Properties of Java that hold texts in PEM form, and the TLS options of Node that they stand for. */
const pem = {
  'ssl.truststore.certificates': 'ca',
  'ssl.keystore.certificate.chain': 'cert',
  'ssl.keystore.key': 'key',
  'ssl.key.password': 'passphrase',
} as const satisfies Readonly<Record<string, keyof ConnectionOptions>>;

const others = ['security.protocol', 'sasl.mechanism', 'sasl.jaas.config', 'ssl.endpoint.identification.algorithm'];
const keyStores = /^ssl\.(key|trust)store\.(location|password|type)$/;

export function isSecurityProperty(name: string): boolean {
  return name in pem || others.includes(name) || keyStores.test(name);
}

/** How a connection is encrypted and authenticated. */
export interface ConnectionSecurity {
  readonly ssl?: Secret<boolean | ConnectionOptions>;
  readonly sasl?: SaslConfig;
}

/**
 * Returns the security of a connection that Java's properties stand for, and reports what can not be translated. No
 * value of a property is reported.
 */
export function connectionSecurity(properties: Readonly<Record<string, unknown>>, place: Place): ConnectionSecurity {
  const texts = Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      String(value instanceof Secret ? (value as Secret<unknown>).reveal() : value),
    ]),
  );
  for (const name of Object.keys(texts).filter((property) => keyStores.test(property)))
    place.at(name).report('stands for a key store of Java, which can not be read', "Set PEM texts: 'ssl.keystore.key', or `kafka.ssl`");
  const protocol = texts['security.protocol'] ?? 'PLAINTEXT';
  if (!/^(SASL_)?(PLAINTEXT|SSL)$/.test(protocol)) {
    place.at('security.protocol').report("must be one of 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'");
    return {};
  }
  return {
    ...(protocol.endsWith('SSL') ? { ssl: new Secret(tlsOptions(texts)) } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: saslConfig(texts, place) } : {}),
  };
}

function tlsOptions(texts: Readonly<Record<string, string>>): boolean | ConnectionOptions {
  const options: ConnectionOptions = {};
  for (const [name, option] of Object.entries(pem)) if (texts[name] !== undefined) options[option] = texts[name];
  if (texts['ssl.endpoint.identification.algorithm'] === '') options.checkServerIdentity = () => undefined;
  return Object.keys(options).length === 0 ? true : options;
}

function saslConfig(texts: Readonly<Record<string, string>>, place: Place): SaslConfig | undefined {
  const mechanism = (texts['sasl.mechanism'] ?? '').toLowerCase();
  if (mechanism !== 'plain' && mechanism !== 'scram-sha-256' && mechanism !== 'scram-sha-512')
    return place.at('sasl.mechanism').report("must be one of 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'", 'Set `kafka.sasl` for others');
  const [username, password] = ['username', 'password'].map((field) => jaasField(texts['sasl.jaas.config'] ?? '', field));
  if (username === undefined || password === undefined) return place.at('sasl.jaas.config').report('must name a username and a password');
  return { mechanism, username, password: new Secret(password) };
}

/** A field of a JAAS configuration: `…LoginModule required username="app" password="…";`. */
function jaasField(config: string, field: string): string | undefined {
  const found = new RegExp(`\\b${field}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`).exec(config);
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}
