import { FaultsError, type Fault } from '@ouzel/core';
import { isObject, namesOf, nearest, Place, type Settings } from '@ouzel/core/settings';
import { javaValue } from './java-values.js';
import { connectionSecurity, isSecurityProperty } from './kafka-security.js';
import { streamsSettings } from './settings/index.js';
import type { KafkaProperties, TopologyConfig } from './streams-config.js';

/** Dotted names, and the paths of the settings that they stand for: `linger.ms` stands for `producer.linger`. */
const paths = new Map([...namesOf(streamsSettings)].filter(([name]) => name.includes('.')));

/** Clients that Java's properties configure one by one. Here all of them have the same settings. */
const clientPrefix = /^((main|restore|global)\.consumer|consumer|producer|admin)\./;

/** Properties that say what is so anyway. Other values of theirs have no counterpart. */
const implied: Readonly<Record<string, string>> = { 'num.stream.threads': '1', 'group.protocol': 'classic', 'enable.auto.commit': 'false' };

/**
 * Returns the configuration that properties of Java's Kafka Streams stand for, by the names that Ouzel gives them:
 * `commit.interval.ms` becomes `commitInterval`, `bootstrap.servers` becomes `kafka.brokers`, `topic.retention.ms`
 * becomes a part of `topicConfig`, and class names of Kafka's own serdes, handlers and extractors become their
 * counterparts. Throws OUZEL_CONFIG with every property that is unknown or has a wrong value.
 *
 * @example
 * ```ts
 * const config = fromKafkaProperties({
 *   'application.id': 'payments',
 *   'bootstrap.servers': 'localhost:9092',
 *   'commit.interval.ms': '1000',
 * });
 * ```
 */
export function fromKafkaProperties(properties: Readonly<Record<string, unknown>>): TopologyConfig {
  const faults: Fault[] = [];
  const config = isObject(properties) ? translate(properties, faults) : new Place(faults).report('the properties must be an object');
  if (config === undefined || faults.length > 0) throw new FaultsError('OUZEL_CONFIG', faults);
  return config;
}

/**
 * Returns a configuration in which dotted names are translated. What is given in camelCase counts where both are there.
 */
export function withoutKafkaNames(given: TopologyConfig, faults: Fault[]): Readonly<Record<string, unknown>> {
  if (!isObject(given)) {
    faults.push({ what: 'the configuration must be an object' });
    return {};
  }
  const entries: (readonly [string, unknown])[] = Object.entries(given);
  const own = Object.fromEntries(entries.filter(([name]) => !name.includes('.')));
  const translated = translate(Object.fromEntries(entries.filter(([name]) => name.includes('.'))), faults);
  return Object.entries(translated).reduce((merged, [key, value]) => ({ ...merged, [key]: over(value, own[key]) }), own);
}

/** Both together where both are plain objects, such as `producer`; else the one in camelCase if it is there. */
function over(translated: unknown, own: unknown): unknown {
  const isPlain = isObject(own) && Object.getPrototypeOf(own) === Object.prototype && typeof own.createDriver !== 'function';
  return isPlain && isObject(translated) ? { ...translated, ...own } : (own ?? translated);
}

function translate(properties: Readonly<Record<string, unknown>>, faults: Fault[]): KafkaProperties & TopologyConfig {
  const place = new Place(faults);
  const config: Record<string, unknown> = {};
  const security: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(properties)) {
    const name = property.replace(clientPrefix, '');
    if (value === undefined || value === null) continue;
    if (isSecurityProperty(name)) security[name] = value;
    else if (name in implied) checkImplied(name, value, place.at(property));
    else if (/^topic\../.test(name)) put(config, `topicConfig.${name.slice('topic.'.length)}`, textOf(value));
    else if (/^client\.tag\../.test(name)) put(config, `clientTags.${name.slice('client.tag.'.length)}`, textOf(value));
    else translateSetting(config, name, value, place.at(property));
  }
  const { ssl, sasl } = connectionSecurity(security, place);
  if (ssl !== undefined) put(config, 'kafka.ssl', ssl);
  if (sasl !== undefined) put(config, 'kafka.sasl', sasl);
  return config;
}

function translateSetting(config: Record<string, unknown>, name: string, value: unknown, place: Place): void {
  const path = paths.get(name);
  if (path === undefined) {
    const near = nearest(
      name,
      [...paths.keys()].map((known) => [known, known] as const),
    );
    return place.report(
      'is not a property that Ouzel knows',
      near === undefined ? 'docs/CONFIGURATION.md lists all of them' : `Did you mean "${near}"?`,
    );
  }
  const found = javaValue(name, value, place);
  if (found === undefined) return;
  const read = readerAt(path).read(found, place);
  if (read !== undefined) put(config, path, read);
}

/** Numbers and flags become texts, as in a file of properties; what is no text is left to the check. */
function textOf(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

function checkImplied(name: string, value: unknown, place: Place): void {
  if (textOf(value) !== implied[name]) place.report(`can only be ${implied[name]}`);
}

function readerAt(path: string): Settings[string]['reader'] {
  const [first, second] = path.split('.') as [string, string | undefined];
  const table: Settings = streamsSettings;
  return second === undefined ? table[first]!.reader : table[first]!.reader.nested![second]!.reader;
}

/** Puts a value at `key`, or at `key.inner`, whose second part may hold dots. */
function put(config: Record<string, unknown>, path: string, value: unknown): void {
  const dot = path.indexOf('.');
  if (dot < 0) config[path] = value;
  else config[path.slice(0, dot)] = { ...(config[path.slice(0, dot)] as object | undefined), [path.slice(dot + 1)]: value };
}
