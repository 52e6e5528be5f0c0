import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { OuzelModule, OuzelStreams, Source, StreamTopology, type OuzelModuleOptions } from '@ouzel/nestjs';
import {
  fromKafkaProperties,
  KafkaStreams,
  Secret,
  serdes,
  silentLogger,
  StreamsBuilder,
  type KafkaConfig,
  type KStream,
  type StreamsConfig,
} from '@ouzel/streams';

const secrets = ['hunter-password', 'hunter-key', 'hunter-passphrase', 'hunter-access', 'hunter-session', 'hunter-jaas'];
const text = { key: serdes.string, value: serdes.string };

const ssl = { ca: 'authority', key: 'hunter-key', passphrase: 'hunter-passphrase' };
const connections: readonly [name: string, kafka: KafkaConfig][] = [
  ['a password', { brokers: ['127.0.0.1:1'], ssl, sasl: { mechanism: 'scram-sha-256', username: 'me', password: 'hunter-password' } }],
  [
    'a wrapped password',
    {
      brokers: ['127.0.0.1:1'],
      ssl: new Secret(ssl),
      sasl: { mechanism: 'plain', username: 'me', password: new Secret('hunter-password') },
    },
  ],
  [
    'keys of AWS',
    {
      brokers: ['127.0.0.1:1'],
      sasl: {
        mechanism: 'aws',
        authorizationIdentity: 'me',
        accessKeyId: 'id',
        secretAccessKey: 'hunter-access',
        sessionToken: 'hunter-session',
      },
    },
  ],
  [
    'a token',
    { brokers: ['127.0.0.1:1'], sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: 'hunter-token' }) } },
  ],
];
const jaas = {
  'bootstrap.servers': '127.0.0.1:1',
  'security.protocol': 'SASL_SSL',
  'sasl.mechanism': 'PLAIN',
  'sasl.jaas.config': 'PlainLoginModule required username="me" password="hunter-jaas";',
  'ssl.keystore.key': 'hunter-key',
  'ssl.key.password': 'hunter-passphrase',
};

/** Everything that a person may print of a value. */
function printsOf(value: unknown): string {
  const prints = [
    inspect(value),
    inspect(value, { depth: Infinity, showHidden: true, getters: true, maxArrayLength: null, maxStringLength: null }),
    String(value),
  ];
  try {
    prints.push(JSON.stringify(value));
  } catch {
    // It has cycles: nothing is printed.
  }
  return prints.join('\n');
}
const shownIn = (value: unknown): string[] => {
  const prints = printsOf(value);
  return [...secrets, 'hunter'].filter((secret) => prints.includes(secret));
};
const topology = () => {
  const builder = new StreamsBuilder();
  builder.stream('in', text).forEach(() => {});
  return builder.build();
};

@StreamTopology()
class Topology {
  @Source('in', text)
  readonly input!: KStream<string, string>;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'ouzel-secrets-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(connections)('what is printed of a connection with %s', (_name, kafka) => {
  const options: OuzelModuleOptions = { applicationId: 'app', kafka, logger: silentLogger, autoStart: false };

  it('hides it in a client, before, while and after it tries to connect', async () => {
    const streams = new KafkaStreams(topology(), { applicationId: 'app', kafka, logger: silentLogger, stateDirectory: folder });
    expect(shownIn(streams)).toEqual([]);
    const starting = streams.start();
    expect(shownIn(streams)).toEqual([]);
    await starting;
    expect(shownIn(streams)).toEqual([]);
    expect(shownIn(streams.status())).toEqual([]);
    await streams.close();
    expect(shownIn(streams)).toEqual([]);
  }, 30_000);

  it('hides it in connection, driver and what the driver makes', async () => {
    const connection = kafkajs(kafka);
    const driver = connection.createDriver({ clientId: 'me' });
    const unreachable = new Promise((resolve) => driver.onConnectivity(resolve));
    const connecting = driver.connect().catch((error: unknown) => error);
    const failure = await unreachable;
    const fetcher = driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 1, maxBytes: 1 });
    expect([connection, driver, fetcher, failure].flatMap(shownIn)).toEqual([]);
    await driver.close();
    expect(shownIn(await connecting)).toEqual([]);
  }, 30_000);

  it('hides it in a module, its options, its handle and the whole application', async () => {
    @Injectable()
    class Factory {
      createOuzelOptions(): OuzelModuleOptions {
        return { ...options };
      }
    }
    const modules = [
      OuzelModule.forRoot({ ...options }),
      OuzelModule.forRootAsync({ useFactory: async () => ({ ...options }) }),
      OuzelModule.forRootAsync({ useClass: Factory }),
    ];
    for (const module of modules) {
      expect(shownIn(module)).toEqual([]);
      const app = (await Test.createTestingModule({ imports: [module], providers: [Topology] }).compile()).createNestApplication();
      await app.init();
      const given: OuzelModuleOptions = app.get('OUZEL_MODULE_OPTIONS', { strict: false });
      expect([given, app.get(OuzelStreams)].flatMap(shownIn)).toEqual([]);
      expect(inspect(app, { depth: 8, showHidden: true })).not.toContain('hunter');
      await app.close();
    }
  });
});

describe("what is printed of properties as Java's", () => {
  it('hides secrets in the configuration that they become, in a client and in a module', () => {
    const config = { ...(fromKafkaProperties(jaas) as StreamsConfig), applicationId: 'app' };
    expect(shownIn(config)).toEqual([]);
    const mixed: StreamsConfig = { applicationId: 'app', kafka: { brokers: ['127.0.0.1:1'] }, ...jaas };
    expect(shownIn(new KafkaStreams(topology(), mixed))).toEqual([]);
    expect(shownIn(OuzelModule.forRoot(mixed))).toEqual([]);
  });

  it('hides secrets in faults', () => {
    for (const broken of [{ 'sasl.mechanism': 'GSSAPI' }, { 'security.protocol': 'hunter' + '2' }, { 'sasl.jaas.config': 'hunter-jaas' }]) {
      try {
        fromKafkaProperties({ ...jaas, ...broken });
        throw new Error('it was accepted');
      } catch (error) {
        expect((error as { code?: string }).code).toBe('OUZEL_CONFIG');
        expect(shownIn(error)).toEqual([]);
      }
    }
  });
});

describe('a secret', () => {
  it('is told by nothing but reveal', () => {
    const secret = new Secret('hunter-password');
    expect(printsOf({ secret, list: [secret] })).not.toContain('hunter');
    expect(`${String(secret)} ${JSON.stringify(secret)} ${inspect(secret)}`).toBe('[secret] "[secret]" [secret]');
    expect(Secret.of(secret)).toBe(secret);
    expect(secret.reveal()).toBe('hunter-password');
  });
});
