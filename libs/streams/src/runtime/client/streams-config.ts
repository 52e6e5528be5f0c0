import { FaultsError, consoleLogger, type Duration, type ErrorParts, type Logger } from '@ouzel/core';
import {
  duration,
  field,
  flag,
  fn,
  handler,
  having,
  integer,
  oneOf,
  optionalText,
  readFields,
  texts,
  type ReadFields,
} from '@ouzel/core/settings';
import type { Compression, KafkaConnection } from '@ouzel/kafka';
import type { DropReason } from '../../processor/dropped.js';
import type { Serde } from '../../serdes/serde.js';

/** How to reach a Kafka cluster. */
export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly ssl?: unknown;
  readonly sasl?: unknown;
  readonly clientId?: string;
  readonly requestTimeout?: Duration;
}

/** What becomes of the client when one of its tasks fails: it stops, or the task begins again from its last commit. */
export type UncaughtAnswer = 'shutdown-client' | 'replace';
export type UncaughtHandler = UncaughtAnswer | ((error: Error) => UncaughtAnswer);

const serde = having<Serde<any> | undefined>('serialize', 'deserialize');
const rules = ['reuse.ktable.source.topics', 'merge.repartition.topics', 'single.store.self.join'];

/** `none`, `all`, rules as a list, or as Kafka's comma-separated text. */
function optimization(value: unknown): 'none' | 'all' | readonly string[] | { readonly fault: string } {
  if (value === 'none' || value === 'all') return value;
  const list = typeof value === 'string' ? value.split(',').map((rule) => rule.trim()) : value;
  return Array.isArray(list) && list.every((rule) => rules.includes(rule as string))
    ? (list as string[])
    : { fault: `must be 'none', 'all', or a list of ${rules.join(', ')}` };
}

function applicationId(value: unknown): string | { readonly fault: string } {
  return typeof value === 'string' && /^[a-zA-Z0-9._-]{1,150}$/.test(value) && !/^\.+$/.test(value)
    ? value
    : { fault: 'must be 1 to 150 of the characters a-z, A-Z, 0-9, ".", "_", "-"' };
}

/** A release of Kafka Streams whose instances still read what this one writes. */
function release(value: unknown): string | { readonly fault: string } {
  return typeof value === 'string' && /^\d+\.\d+$/.test(value) ? value : { fault: "must be a release of Kafka Streams such as '3.4'" };
}

/** How long local state may go unused before it is wiped at start (KIP-1259). Kafka Streams' -1 stands for "for ever". */
function stateMaxAge(value: unknown): number | undefined | { readonly fault: string } {
  const age = duration(-1)(value);
  return age === -1 ? undefined : age;
}

/** Kafka Streams' enumeration has capital letters, Kafka's configuration has small ones. */
function isolation(value: unknown): 'read_uncommitted' | 'read_committed' | { readonly fault: string } {
  return oneOf('read_uncommitted', 'read_committed')(typeof value === 'string' ? value.toLowerCase() : value);
}

const fields = {
  applicationId: field('', applicationId, 'application.id'),
  kafka: field<unknown>(undefined, (value) => value),
  logger: field<Logger>(consoleLogger, having<Logger>('debug', 'info', 'warn', 'error')),
  processingGuarantee: field<'at_least_once' | 'exactly_once_v2'>(
    'at_least_once',
    oneOf('at_least_once', 'exactly_once_v2'),
    'processing.guarantee',
  ),
  commitInterval: field<number | undefined>(undefined, duration(), 'commit.interval.ms'),
  stateDirectory: field('.ouzel', optionalText as (value: unknown) => string | { readonly fault: string }, 'state.dir'),
  cacheMaxBytes: field(10 * 1024 * 1024, integer(0), 'statestore.cache.max.bytes', 'cache.max.bytes.buffering'),
  decodedMaxBytes: field(64 * 1024 * 1024, integer(0)),
  uncommittedMaxBytes: field(64 * 1024 * 1024, integer(1), 'statestore.uncommitted.max.bytes'),
  defaultKeySerde: field<Serde<any> | undefined>(undefined, serde, 'default.key.serde'),
  defaultValueSerde: field<Serde<any> | undefined>(undefined, serde, 'default.value.serde'),
  defaultTimestampExtractor: field<any>(undefined, fn(), 'default.timestamp.extractor'),
  optimization: field<'none' | 'all' | readonly string[]>('none', optimization, 'topology.optimization'),
  explicitNames: field(false, flag, 'ensure.explicit.internal.resource.naming'),
  storeFormat: field<'plain' | 'headers'>('plain', oneOf('plain', 'headers'), 'dsl.store.format'),
  storeType: field<'persistent' | 'in-memory'>('persistent', oneOf('persistent', 'in-memory'), 'default.dsl.store'),
  waitForTopics: field(0, duration()),
  maxTaskIdle: field(0, duration(-1), 'max.task.idle.ms'),
  idleSourceTimeout: field(0, duration()),
  bufferedRecordsPerPartition: field(1_000, integer(1), 'buffered.records.per.partition'),
  inputBufferMaxBytes: field(64 * 1024 * 1024, integer(1)),
  taskTimeout: field(300_000, duration(), 'task.timeout.ms'),
  maxPollInterval: field(300_000, duration(1), 'max.poll.interval.ms'),
  sessionTimeout: field(45_000, duration(1), 'session.timeout.ms'),
  heartbeatInterval: field(3_000, duration(1), 'heartbeat.interval.ms'),
  numStandbyReplicas: field(0, integer(0), 'num.standby.replicas'),
  maxWarmupReplicas: field(2, integer(1), 'max.warmup.replicas'),
  acceptableRecoveryLag: field(10_000, integer(0), 'acceptable.recovery.lag'),
  probingRebalanceInterval: field(600_000, duration(60_000), 'probing.rebalance.interval.ms'),
  metadataMaxAge: field(300_000, duration(1), 'metadata.max.age.ms'),
  isolation: field<'read_uncommitted' | 'read_committed'>('read_uncommitted', isolation, 'isolation.level', 'consumer.isolation.level'),
  replicationFactor: field(-1, integer(-1), 'replication.factor'),
  topicConfig: field<Readonly<Record<string, string>>>({}, texts),
  windowChangelogExtraRetention: field(86_400_000, duration(), 'windowstore.changelog.additional.retention.ms'),
  emitInterval: field(1_000, duration(), '__emit.interval.ms.kstreams.windowed.aggregation__'),
  outerJoinEmitInterval: field(1_000, duration(), '__emit.interval.ms.kstreams.outer.join.spurious.results.fix__'),
  repartitionPurgeInterval: field(30_000, duration(1), 'repartition.purge.interval.ms'),
  stateCleanupDelay: field(600_000, duration(1_000), 'state.cleanup.delay.ms'),
  stateMaxAge: field<number | undefined>(undefined, stateMaxAge, 'state.cleanup.dir.max.age.ms'),
  groupInstanceId: field<string | undefined>(undefined, optionalText, 'group.instance.id'),
  clientTags: field<Readonly<Record<string, string>>>({}, texts),
  applicationServer: field<string | undefined>(undefined, optionalText, 'application.server'),
  offsetReset: field<'earliest' | 'latest' | 'none'>('earliest', oneOf('earliest', 'latest', 'none'), 'auto.offset.reset'),
  deserializationHandler: field<any>(
    'fail',
    handler('fail', 'continue'),
    'deserialization.exception.handler',
    'default.deserialization.exception.handler',
  ),
  processingHandler: field<any>('fail', handler('fail', 'continue'), 'processing.exception.handler'),
  productionHandler: field<any>(
    'default',
    handler('default', 'continue'),
    'production.exception.handler',
    'default.production.exception.handler',
  ),
  uncaughtHandler: field<UncaughtHandler>('shutdown-client', handler<UncaughtHandler>('shutdown-client', 'replace')),
  deadLetterTopic: field<string | undefined>(undefined, optionalText, 'errors.dead.letter.queue.topic.name'),
  onDropped: field<((record: { readonly reason: DropReason }) => void) | undefined>(undefined, fn()),
  upgradeFrom: field<string | undefined>(undefined, release, 'upgrade.from'),
  producer: field<unknown>({}, (value) => value),
  consumer: field<unknown>({}, (value) => value),
  clock: field<any>(undefined, having('now', 'monotonic', 'schedule', 'sleep', 'turn')),
  random: field<any>(undefined, having('next', 'uuid')),
};
const producerFields = {
  linger: field(5, duration(), 'linger.ms'),
  batchSize: field(256 * 1024, integer(1), 'batch.size'),
  compression: field<Compression>('none', oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd'), 'compression.type'),
  maxRequestSize: field(1024 * 1024, integer(1), 'max.request.size'),
  deliveryTimeout: field(120_000, duration(1), 'delivery.timeout.ms'),
};
const consumerFields = {
  maxWait: field(500, duration(1), 'fetch.max.wait.ms'),
  maxBytes: field(16 * 1024 * 1024, integer(1), 'fetch.max.bytes'),
};

/** A configuration with every default filled in; durations in ms. */
export type ResolvedConfig = Omit<ReadFields<typeof fields>, 'kafka' | 'producer' | 'consumer' | 'commitInterval'> & {
  readonly kafka: KafkaConfig | KafkaConnection;
  readonly commitInterval: number;
  readonly producer: ReadFields<typeof producerFields>;
  readonly consumer: ReadFields<typeof consumerFields>;
};

/** Configuration of a client as written: DESIGN's names in camelCase, or Kafka Streams' dotted names. */
export type StreamsConfig = Readonly<Record<string, unknown>> & {
  readonly applicationId: string;
  readonly kafka: KafkaConfig | KafkaConnection;
  readonly logger?: Logger;
};

/** Fills in defaults. Throws OUZEL_CONFIG with all faults at once. */
export function resolveConfig(given: Readonly<Record<string, unknown>>): ResolvedConfig {
  const faults: ErrorParts[] = [];
  const read = readFields(fields, given, faults);
  const producer = readFields(producerFields, asObject(read.producer, 'producer', faults), faults, 'producer.');
  const consumer = readFields(consumerFields, asObject(read.consumer, 'consumer', faults), faults, 'consumer.');
  if (read.applicationId === '' && !faults.some(({ where }) => where === 'applicationId' || where === 'application.id'))
    faults.push({ where: 'applicationId', what: 'is required' });
  const kafka = checkKafka(read.kafka, faults);
  if (read.heartbeatInterval >= read.sessionTimeout)
    faults.push({ where: 'heartbeatInterval', what: 'must be shorter than sessionTimeout' });
  if (faults.length > 0) throw new FaultsError('OUZEL_CONFIG', faults);
  const commitInterval = read.commitInterval ?? (read.processingGuarantee === 'exactly_once_v2' ? 100 : 1_000);
  return { ...read, kafka: kafka!, commitInterval, producer, consumer };
}

function asObject(value: unknown, where: string, faults: ErrorParts[]): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  faults.push({ where, what: 'must be an object' });
  return {};
}

function checkKafka(kafka: unknown, faults: ErrorParts[]): KafkaConfig | KafkaConnection | undefined {
  const help = "Write { brokers: ['host:9092'] }, or embedded()";
  if (typeof kafka !== 'object' || kafka === null) {
    faults.push({ where: 'kafka', what: kafka === undefined ? 'is required' : 'must be an object', help });
    return undefined;
  }
  if ('createDriver' in kafka) return kafka as KafkaConnection;
  const { brokers } = kafka as { brokers?: unknown };
  const isAddress = (broker: unknown) => typeof broker === 'string' && /^(\[[^\]]+\]|[^\s:/]+):\d{1,5}$/.test(broker);
  if (!Array.isArray(brokers) || brokers.length === 0 || !brokers.every(isAddress))
    faults.push({ where: 'kafka.brokers', what: "must be a list of 'host:port'", help });
  const known = ['brokers', ...Object.keys(kafkaSettings)];
  for (const [key, value] of Object.entries(kafka)) {
    if (!known.includes(key)) faults.push({ where: `kafka.${key}`, what: 'is not a setting', help: `Known are ${known.join(', ')}` });
    const fault = value === undefined ? undefined : kafkaSettings[key]?.(value);
    if (fault !== undefined) faults.push({ where: `kafka.${key}`, what: fault });
  }
  return kafka as KafkaConfig;
}

/** What is wrong with values beside the brokers. What stands in them goes to the client as it is. */
const kafkaSettings: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  ssl: (ssl) => (typeof ssl === 'boolean' || isObject(ssl) ? undefined : 'must be true, false or the options of a TLS connection'),
  sasl: (sasl) =>
    isObject(sasl) && typeof (sasl as { mechanism?: unknown }).mechanism === 'string'
      ? undefined
      : "must be an object with a mechanism: 'plain', 'scram-sha-256', 'scram-sha-512' or 'oauthbearer'",
  clientId: (id) => faultOf(optionalText(id)),
  requestTimeout: (timeout) => faultOf(duration(1)(timeout)),
};

function faultOf(read: unknown): string | undefined {
  return isObject(read) ? (read as { readonly fault: string }).fault : undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
