import type { Secret } from '@ouzel/streams';
import {
  fromKafkaProperties,
  KafkaStreams,
  resolveConfigWith,
  serdes,
  StreamsBuilder,
  timestamps,
  type StreamsConfig,
  type Topology,
  type TopologyConfig,
} from '@ouzel/streams';

const topology = () => {
  const builder = new StreamsBuilder();
  builder.stream('in', { key: serdes.string, value: serdes.string }).forEach(() => {});
  return builder.build();
};
/** The faults of a configuration that says more than the least one. */
const faultsOf = (more: Readonly<Record<string, unknown>>): string => {
  try {
    new KafkaStreams(topology(), { applicationId: 'app', kafka: { brokers: ['host:9092'] }, ...more });
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

describe('a setting that is misspelt', () => {
  it.each([
    ['comitInterval', 'commitInterval'],
    ['commitIntervall', 'commitInterval'],
    ['applicationSever', 'applicationServer'],
    ['stateDir', 'stateDirectory'],
    ['statedirectory', 'stateDirectory'],
    ['cacheMaxByte', 'cacheMaxBytes'],
    ['metadataMaxAgeMs', 'metadataMaxAge'],
    ['isolationLevel', 'isolation'],
    ['standbyReplicas', 'numStandbyReplicas'],
    ['linger', 'producer.linger'],
    ['compresion', 'producer.compression'],
    ['bootstrapServers', 'kafka.brokers'],
    ['clientId', 'kafka.clientId'],
    ['onDroped', 'onDropped'],
    ['commit.intervall.ms', 'commit.interval.ms'],
    ['proccessing.guarantee', 'processing.guarantee'],
  ])('%s is refused, and the fault asks for %s', (written, meant) => {
    expect(faultsOf({ [written]: 'x' })).toContain(`${written}: `);
    expect(faultsOf({ [written]: 'x' })).toContain(`Did you mean "${meant}"?`);
  });

  it.each([
    [{ producer: { lingr: 5 } }, 'producer.lingr: is not a setting. Did you mean "linger"?'],
    [{ consumer: { maxWiat: 5 } }, 'consumer.maxWiat: is not a setting. Did you mean "maxWait"?'],
    [{ kafka: { brokers: ['a:1'], broker: 'a:1' } }, 'kafka.broker: is not a setting. Did you mean "brokers"?'],
    [{ kafka: { brokers: ['a:1'], tls: true } }, 'kafka.tls: is not a setting. There are brokers, ssl, sasl, clientId, requestTimeout'],
    [
      { kafka: { brokers: ['a:1'], sasl: { mechanism: 'plain', usernme: 'me', password: 'x' } } },
      'kafka.sasl.usernme: is not a setting. Did you mean "username"?',
    ],
    [{ kafka: { brokers: ['a:1'], ssl: { rejectUnauthorised: true } } }, 'Did you mean "rejectUnauthorized"?'],
  ])('is named with its place: %j', (more, fault) => {
    expect(faultsOf(more)).toContain(fault);
  });

  it('has no suggestion when nothing is near', () => {
    for (const name of ['colour', 'name'])
      expect(faultsOf({ [name]: 'red' })).toContain(`${name}: is not a setting. docs/CONFIGURATION.md lists all settings`);
  });

  it('is found where a topology is built', () => {
    const config: Record<string, unknown> = { optimisation: 'all' };
    expect(() => new StreamsBuilder({ ...config })).toThrow('optimisation: is not a setting. Did you mean "optimization"?');
  });
});

describe('a value', () => {
  it('is refused with what it must be, all faults at once', () => {
    const faults = faultsOf({
      commitInterval: 'soon',
      cacheMaxBytes: '10MB',
      logger: {},
      optimization: 'some',
      producer: { compression: 'rar' },
      sessionTimeout: Infinity,
    });
    expect(faults).toContain("commitInterval: must be a duration: milliseconds, or a text such as '500ms'");
    expect(faults).toContain('cacheMaxBytes: must be a whole number of bytes of at least 0');
    expect(faults).toContain('logger: must be an object with the methods debug, info, warn, error');
    expect(faults).toContain("optimization: must be 'none', 'all', or a list of reuse.ktable.source.topics");
    expect(faults).toContain("producer.compression: must be one of 'none', 'gzip'");
    expect(faults).toContain('sessionTimeout: must be a duration: milliseconds, or a text such as');
    expect(faults).toContain('at most 2147483647ms');
  });

  it('that can not be read is a fault, not an error of its getter', () => {
    const logger = Object.defineProperty({ ...console }, 'warn', {
      get: () => {
        throw new Error('no log today');
      },
    });
    expect(faultsOf({ logger })).toContain('logger: can not be read: no log today');
  });

  it('that has no effect yet is refused, unless it is the default', () => {
    expect(faultsOf({ threads: 0 })).toBe('none');
    expect(faultsOf({ threads: 2 })).toMatch(/threads: .* is not available yet/);
  });

  it('of a connection shows its mechanism and what it lacks, and never a secret', () => {
    const faults = faultsOf({
      kafka: { brokers: 'nowhere', sasl: { mechanism: 'plain', username: 7, password: 'hunter2', passwort: 'hunter2' } },
    });
    expect(faults).toContain('kafka.brokers: must be');
    expect(faults).toContain('kafka.sasl.username: must be a text that is not empty');
    expect(faults).toContain('kafka.sasl.passwort: is not a setting. Did you mean "password"?');
    expect(faults).not.toContain('hunter2');
    expect(faultsOf({ kafka: { brokers: ['a:1'], sasl: { mechanism: 'gssapi' } } })).toContain(
      "kafka.sasl.mechanism: must be one of 'plain', ",
    );
    expect(faultsOf({ kafka: { brokers: ['a:1'], sasl: { mechanism: 'oauthbearer' } } })).toContain(
      'kafka.sasl.oauthBearerProvider: is required',
    );
  });
});

describe("properties of Java's Kafka Streams", () => {
  it('become settings', () => {
    const config = fromKafkaProperties({
      'application.id': 'payments',
      'bootstrap.servers': 'one:9092, two:9092',
      'client.id': 'me',
      'commit.interval.ms': '500',
      'num.stream.threads': '1',
      'default.key.serde': 'org.apache.kafka.common.serialization.Serdes$StringSerde',
      'default.timestamp.extractor': 'org.apache.kafka.streams.processor.WallclockTimestampExtractor',
      'deserialization.exception.handler': 'org.apache.kafka.streams.errors.LogAndContinueExceptionHandler',
      'producer.linger.ms': 20,
      'main.consumer.fetch.max.wait.ms': 100,
      'consumer.isolation.level': 'read_committed',
      'state.cleanup.dir.max.age.ms': -1,
      'topic.retention.ms': 1_000,
      'dsl.store.format': 'HEADERS',
    });
    expect(config).toEqual({
      applicationId: 'payments',
      kafka: { brokers: ['one:9092', 'two:9092'], clientId: 'me' },
      commitInterval: 500,
      defaultKeySerde: serdes.string,
      defaultTimestampExtractor: timestamps.wallClock,
      deserializationHandler: 'continue',
      producer: { linger: 20 },
      consumer: { maxWait: 100 },
      isolation: 'read_committed',
      stateMaxAge: Infinity,
      topicConfig: { 'retention.ms': '1000' },
      storeFormat: 'headers',
    });
  });

  it('secure the connection', () => {
    const { kafka } = fromKafkaProperties({
      'bootstrap.servers': 'one:9092',
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required username="me" password="a\\"b;c";',
      'ssl.truststore.certificates': 'PEM',
    }) as { kafka: { ssl: Secret<unknown>; sasl: { mechanism: string; username: string; password: Secret<string> } } };
    expect(kafka.ssl.reveal()).toEqual({ ca: 'PEM' });
    expect(kafka.sasl).toMatchObject({ mechanism: 'scram-sha-512', username: 'me' });
    expect(kafka.sasl.password.reveal()).toBe('a"b;c');
  });

  it('are refused by the names that they have', () => {
    expect(() =>
      fromKafkaProperties({
        'comit.interval.ms': 5,
        'session.timeout.ms': 'long',
        'num.stream.threads': 4,
        'default.value.serde': 'com.acme.PaymentSerde',
        'ssl.keystore.location': '/etc/key.jks',
      }),
    ).toThrow(
      /comit\.interval\.ms: is not a property that Ouzel knows\. Did you mean "commit\.interval\.ms"\?\n.*session\.timeout\.ms: must be a duration[\s\S]*num\.stream\.threads: can only be 1[\s\S]*default\.value\.serde: is a class of Java that has no counterpart[\s\S]*ssl\.keystore\.location: stands for a key store/,
    );
  });

  it('may stand among settings, which count where both are there', () => {
    const config: StreamsConfig = {
      applicationId: 'app',
      kafka: { brokers: ['host:9092'] },
      'commit.interval.ms': 5,
      commitInterval: '7ms',
      'producer.linger.ms': 1,
      producer: { batchSize: 9 },
      'client.id': 'me',
    };
    expect(resolveConfigWith({}, config)).toMatchObject({
      commitInterval: 7,
      producer: { linger: 1, batchSize: 9 },
      kafka: { brokers: ['host:9092'], clientId: 'me' },
    });
  });
});

describe('what is given to a client', () => {
  const least = { applicationId: 'app', kafka: { brokers: ['host:9092'] } };
  /** Calls with what a program without types may pass. */
  const made = (given: unknown, config: unknown) => () => new KafkaStreams(given as Topology, config as StreamsConfig);

  it.each([
    ['nothing', undefined],
    ['a builder that was not built', new StreamsBuilder()],
  ])('is a topology, and not %s', (_what, given) => {
    expect(made(given, least)).toThrow(/OUZEL_TOPOLOGY: what was given is not a topology\. Pass what `StreamsBuilder\.build\(\)` returns/);
  });

  it('is a topology that reads something', () => {
    expect(made(new StreamsBuilder().build(), least)).toThrow('OUZEL_TOPOLOGY: the topology reads no topic');
  });

  it.each<unknown>([undefined, null, 'text', []])('is an object of settings, and not %j', (config) => {
    expect(made(topology(), config)).toThrow(/OUZEL_CONFIG: [\s\S]*the configuration must be an object/);
    expect(() => new StreamsBuilder(config as TopologyConfig)).not.toThrow(TypeError);
    expect(() => fromKafkaProperties(config as TopologyConfig)).not.toThrow(TypeError);
  });

  it('is no setting that comes too late to shape the topology', () => {
    expect(faultsOf({ optimization: 'all', 'ensure.explicit.internal.resource.naming': true })).toMatch(
      /optimization: has no effect, because the topology was built without it\. Pass the configuration to `new StreamsBuilder\(config\)` too\n.*explicitNames: has no effect/,
    );
    const early = new StreamsBuilder({ optimization: 'all' });
    early.stream('in', { key: serdes.string, value: serdes.string }).forEach(() => {});
    expect(made(early.build(), { ...least, optimization: ['merge.repartition.topics'] })).not.toThrow();
  });
});
