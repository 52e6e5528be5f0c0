import { Secret } from '@ouzel/core';
import { isObject } from '@ouzel/core/settings';
import { hideKafkaSecrets, type KafkaConfig } from '@ouzel/kafka';
import { isSecurityProperty } from './kafka-security.js';
import type { TopologyConfig } from './streams-config.js';

/**
 * Returns the configuration with its passwords, keys and tokens wrapped in secrets, unchecked: for a layer that keeps a
 * configuration where a person may print it, such as the options of a Nest module.
 */
export function hideSecrets<T extends TopologyConfig>(config: T): T {
  if (!isObject(config)) return config;
  const { kafka, queries }: { readonly kafka?: unknown; readonly queries?: unknown } = config;
  const properties = Object.entries(config as Readonly<Record<string, unknown>>).filter(([name]) => isSecurityProperty(name));
  return {
    ...config,
    ...Object.fromEntries(properties.map(([name, value]) => [name, Secret.of(value)])),
    ...(isObject(queries) ? { queries: hideQuerySecrets(queries) } : {}),
    ...(isObject(kafka) && typeof kafka.createDriver !== 'function' ? { kafka: hideKafkaSecrets(kafka as unknown as KafkaConfig) } : {}),
  };
}

function hideQuerySecrets(queries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { secret, tls } = queries;
  return {
    ...queries,
    ...(secret === undefined ? {} : { secret: Secret.of(secret) }),
    ...(isObject(tls) ? { tls: hidden(tls, 'key', 'passphrase') } : {}),
  };
}

function hidden(given: Readonly<Record<string, unknown>>, ...names: readonly string[]): Readonly<Record<string, unknown>> {
  const secrets = names.filter((name) => given[name] !== undefined);
  return { ...given, ...Object.fromEntries(secrets.map((name) => [name, Secret.of(given[name])])) };
}
