// Compiled and never run: what a configuration may say, and what does not compile.
import { OuzelModule, type OuzelModuleOptions } from '@ouzel/nestjs';
import {
  durationMs,
  embedded,
  fromKafkaProperties,
  KafkaStreams,
  Secret,
  serdes,
  StreamsBuilder,
  type KafkaConfig,
  type StreamsConfig,
} from '@ouzel/streams';

const brokers = ['localhost:9092'];
const topology = new StreamsBuilder().build();
const least = { applicationId: 'payments', kafka: { brokers } };

// Right configurations compile.
export const full: StreamsConfig = {
  ...least,
  commitInterval: '1s',
  maxTaskIdle: -1,
  sessionTimeout: 45_000,
  stateCleanupDelay: Infinity,
  isolation: 'READ_COMMITTED',
  optimization: ['merge.repartition.topics'],
  defaultKeySerde: serdes.string,
  defaultValueSerde: serdes.json<{ readonly amount: number }>(),
  defaultTimestampExtractor: (record, partitionTime) => Math.max(record.timestamp, partitionTime),
  topicConfig: { 'retention.ms': '1000' },
  producer: { linger: '5ms', compression: 'zstd' },
  consumer: { maxWait: 500 },
  deserializationHandler: (error, record, context) =>
    error.message === '' || record.key === null || context.offset < 5 ? 'continue' : 'fail',
  processingHandler: (_error, record) => ({
    verdict: 'continue',
    deadLetters: record === null ? [] : [{ topic: 'dead', key: null, value: null }],
  }),
  productionHandler: (_error, _record, _context, stage) => (stage === 'send' ? 'retry' : 'fail'),
  uncaughtHandler: (error) => (error.message === '' ? 'replace' : 'shutdown-client'),
  onDropped: ({ reason, offset }) => console.log(reason, offset.toFixed()),
  logger: console,
  waitForTopics: durationMs(process.env.WAIT ?? '10s', 'WAIT'),
  'commit.interval.ms': 1_000,
};
export const running = new KafkaStreams(topology, { ...least, ...fromKafkaProperties({ 'commit.interval.ms': '1000' }) });
export const inProcess = new KafkaStreams(topology, { applicationId: 'payments', kafka: embedded() });
export const secured: readonly KafkaConfig[] = [
  { brokers, ssl: true, sasl: { mechanism: 'plain', username: 'me', password: 'secret' } },
  {
    brokers,
    ssl: { ca: 'PEM', rejectUnauthorized: true },
    sasl: { mechanism: 'scram-sha-512', username: 'me', password: new Secret('secret') },
  },
  {
    brokers,
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: 'token' }) },
    requestTimeout: '30s',
    clientId: 'me',
  },
];
export const options: OuzelModuleOptions = {
  ...least,
  shutdownTimeout: '5s',
  stallTimeout: '1m',
  autoStart: false,
  metrics: { compat: true },
  config: { a: 1 },
};
export const modules = [
  OuzelModule.forRoot({ ...least, name: 'audit', endpoints: { health: false, decorators: [] } }),
  OuzelModule.forRootAsync({ name: 'audit', endpoints: false, useFactory: async () => ({ ...least, commitInterval: '1s' }) }),
];

// A name that is not one, at every level.
// @ts-expect-error commitInterval
export const misspelt: StreamsConfig = { ...least, comitInterval: '1s' };
// @ts-expect-error producer.linger
export const misspeltProducer: StreamsConfig = { ...least, producer: { lingr: 5 } };
// @ts-expect-error consumer.maxWait
export const misspeltConsumer: StreamsConfig = { ...least, consumer: { maxWiat: 5 } };
// @ts-expect-error sasl.username
export const misspeltSasl: KafkaConfig = { brokers, sasl: { mechanism: 'plain', usernme: 'me', password: 'x' } };
// @ts-expect-error ssl.rejectUnauthorized
export const misspeltTls: KafkaConfig = { brokers, ssl: { rejectUnauthorised: true } };
// @ts-expect-error ssl
export const unknownConnection: KafkaConfig = { brokers, tls: true };
// @ts-expect-error shutdownTimeout
export const misspeltOption: OuzelModuleOptions = { ...least, shutdownTimout: '5s' };
// @ts-expect-error metrics.registry
export const misspeltMetrics: OuzelModuleOptions = { ...least, metrics: { registy: undefined } };
// @ts-expect-error endpoints.health
export const misspeltEndpoint = OuzelModule.forRoot({ ...least, endpoints: { helth: false } });
// @ts-expect-error optimization
export const misspeltTopology = new StreamsBuilder({ optimisation: 'all' });

// A unit or a value that is not one.
// @ts-expect-error there is no unit `sec`
export const wrongUnit: StreamsConfig = { ...least, commitInterval: '1sec' };
// @ts-expect-error bytes are numbers
export const wrongSize: StreamsConfig = { ...least, cacheMaxBytes: '10MB' };
// @ts-expect-error a module's durations have units too
export const wrongOption: OuzelModuleOptions = { ...least, shutdownTimeout: 'soon' };
// @ts-expect-error there is no such guarantee
export const wrongWord: StreamsConfig = { ...least, processingGuarantee: 'exactly_once' };
// @ts-expect-error oauthbearer has no password
export const wrongCredentials: KafkaConfig = { brokers, sasl: { mechanism: 'oauthbearer', username: 'me', password: 'x' } };
// @ts-expect-error there is no such mechanism
export const wrongMechanism: KafkaConfig = { brokers, sasl: { mechanism: 'gssapi', username: 'me', password: 'x' } };
// @ts-expect-error a handler returns a verdict
export const wrongHandler: StreamsConfig = { ...least, deserializationHandler: () => 'skip' };
// @ts-expect-error an application has an id
export const nameless: StreamsConfig = { kafka: { brokers } };
