import { isHostAndPort } from '@ouzel/core';
import { duration, group, isObject, oneOf, reader, type Reader } from '@ouzel/core/settings';
import { kafkaSettings, type Compression, type KafkaConfig, type KafkaConnection, type ResolvedKafkaConfig } from '@ouzel/kafka';

export const applicationId = reader<string>("1 to 150 of the characters a-z, A-Z, 0-9, '.', '_', '-'", (value) =>
  typeof value === 'string' && /^[a-zA-Z0-9._-]{1,150}$/.test(value) && !/^\.+$/.test(value) ? value : undefined,
);

const address = group<KafkaConfig, typeof kafkaSettings>(kafkaSettings).reader;

/** The address of a cluster, or a connection that was made already, such as `embedded()`. */
export const connection: Reader<KafkaConfig | KafkaConnection, ResolvedKafkaConfig | KafkaConnection> = {
  form: "{ brokers: ['host:9092'] }, or embedded()",
  show: () => 'an object',
  nested: kafkaSettings,
  read: (value, place) => {
    if (!isObject(value)) return place.report(`must be ${connection.form}`);
    // A connection of any driver has this one method.
    if (typeof value.createDriver === 'function') return value as unknown as KafkaConnection;
    return address.read(value, place);
  },
};

/** The address of an instance, which others are told as it is. */
export const serverAddress = reader<string>(
  "a host and a port, 'host:port'",
  (value) => (typeof value === 'string' && isHostAndPort(value) ? value : undefined),
  (value) => `'${value}'`,
);

/** A rule of the optimiser, by its name in Kafka Streams. */
export type OptimizationRule = 'reuse.ktable.source.topics' | 'merge.repartition.topics' | 'single.store.self.join';

const rules: readonly OptimizationRule[] = ['reuse.ktable.source.topics', 'merge.repartition.topics', 'single.store.self.join'];

/** A text may list rules separated by commas, as in Kafka. */
export const optimization = reader<'none' | 'all' | readonly OptimizationRule[], readonly OptimizationRule[]>(
  `'none', 'all', or a list of ${rules.join(', ')}`,
  (value) => {
    if (value === 'all') return rules;
    if (value === 'none') return [];
    const list: unknown = typeof value === 'string' ? value.split(',').map((rule) => rule.trim()) : value;
    const isKnown = Array.isArray(list) && list.every((rule) => rules.some((known) => known === rule));
    return isKnown ? (list as readonly OptimizationRule[]) : undefined;
  },
  (value) => (value.length === 0 ? "'none'" : value.join(', ')),
);

/** Kafka's configuration writes the words in small letters, Kafka Streams' enumeration in capitals. */
export type IsolationWord = 'read_uncommitted' | 'read_committed' | 'READ_UNCOMMITTED' | 'READ_COMMITTED';

export const isolation = reader<IsolationWord, 'read_uncommitted' | 'read_committed'>(
  "one of 'read_uncommitted', 'read_committed'",
  (value) => (['read_uncommitted', 'read_committed'] as const).find((word) => typeof value === 'string' && value.toLowerCase() === word),
  (value) => `'${value}'`,
);

const anyAge = duration(-1);

/** How old something may become. -1, Kafka's word for "for ever", is read as `Infinity`. */
export const age: typeof anyAge = {
  ...anyAge,
  read: (value, place) => {
    const ms = anyAge.read(value, place);
    return ms !== undefined && ms < 0 ? Infinity : ms;
  },
};

type Release = `${number}.${number}`;

export const release = reader<Release>("a release of Kafka Streams, such as '3.4'", (value) =>
  typeof value === 'string' && /^\d+\.\d+$/.test(value) ? (value as Release) : undefined,
);

export const compression = oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd') satisfies Reader<Compression, Compression>;

/** A text may list names separated by commas, as in Kafka. */
export const names = reader<string | readonly string[], readonly string[]>(
  'a list of names',
  (value) => {
    const list: unknown = typeof value === 'string' ? value.split(',').flatMap((name) => name.trim() || []) : value;
    return Array.isArray(list) && list.every((name) => typeof name === 'string' && name !== '') ? (list as readonly string[]) : undefined;
  },
  (value) => (value.length === 0 ? '[]' : value.join(', ')),
);

/** The path of a lock file. An empty text is no path. */
export const lockFile = reader<string | false>(
  'the path of a file, or false',
  (value) => (value === false || (typeof value === 'string' && value !== '') ? value : undefined),
  (value) => (value === false ? 'false' : `'${value}'`),
);
