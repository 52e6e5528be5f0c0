import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, type KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import { kafkajs, type KafkajsConfig } from '@ouzel/kafka/kafkajs';
import { fresh, ownKafka } from './real-kafka.js';
import { fetching, newTopic, producing, readUpTo, valuesOf, write } from './records.js';

describe('a secured Kafka', () => {
  let kafka: KafkaCluster;
  let folder: string;
  let authority: string;
  const ports = { sasl: 0, tls: 0 };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ouzel-tls-'));
    const store = join(folder, 'broker.p12');
    const key = ['-genkeypair', '-alias', 'broker', '-keyalg', 'RSA', '-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1'];
    const keystore = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', 'secret'];
    execFileSync('keytool', [...key, ...keystore], { stdio: 'ignore' });
    execFileSync('keytool', ['-exportcert', '-rfc', '-alias', 'broker', '-file', join(folder, 'ca.pem'), ...keystore], { stdio: 'ignore' });
    authority = readFileSync(join(folder, 'ca.pem'), 'utf8');
    const [plain, controller, sasl, tls] = (await freePorts(4)) as [number, number, number, number];
    Object.assign(ports, { sasl, tls });
    const at = (listener: string, port: number) => `${listener}://127.0.0.1:${port}`;
    const open = [at('PLAINTEXT', plain), at('SASL_PLAINTEXT', ports.sasl), at('SASL_SSL', ports.tls)].join(',');
    const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_app="password";';
    kafka = await ownKafka({
      port: plain,
      properties: {
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        listeners: `${open},${at('CONTROLLER', controller)}`,
        'advertised.listeners': open,
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
        'sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': jaas,
        'listener.name.sasl_ssl.plain.sasl.jaas.config': jaas,
        'connections.max.reauth.ms': '4000',
        'ssl.keystore.location': store,
        'ssl.keystore.type': 'PKCS12',
        'ssl.keystore.password': 'secret',
      },
    });
  }, 90_000);
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  const driverFor = (config: KafkajsConfig) => kafkajs({ requestTimeout: 10_000, ...config }).createDriver({ clientId: 'secure' });
  const sasl = (password = 'password') => ({ mechanism: 'plain', username: 'app', password }) as const;

  it.each([
    ['SASL', () => ({ brokers: [`127.0.0.1:${ports.sasl}`], sasl: sasl() })],
    ['TLS and SASL', () => ({ brokers: [`localhost:${ports.tls}`], sasl: sasl(), ssl: { ca: authority } })],
  ])(
    'is written and read by %s, also after the session has ended',
    async (_by, config) => {
      const driver = driverFor(config());
      await driver.connect();
      const [place] = await newTopic(driver, fresh('secure'));
      const producer = driver.createProducer(producing);
      const fetcher = driver.createFetcher(fetching);
      fetcher.assign(place!, 0);
      const end = Date.now() + 9_000;
      let sent = 0;
      while (Date.now() < end) {
        await write(producer, place!, `${sent++}`);
        await fetcher.wait(100);
      }
      expect(valuesOf(await readUpTo(fetcher, sent))).toEqual(Array.from({ length: sent }, (_, i) => `${i}`));
      await driver.close();
    },
    30_000,
  );

  it('refuses a wrong password', async () => {
    const driver = driverFor({ brokers: [`127.0.0.1:${ports.sasl}`], sasl: sasl('wrong') });
    await expect(driver.connect()).rejects.toMatchObject({ kind: 'fatal', code: 'OUZEL_UNAUTHORIZED', help: 'Check `kafka.sasl`.' });
    await driver.close();
  });

  it('is not trusted when its certificate has no known authority', async () => {
    const driver = driverFor({ brokers: [`localhost:${ports.tls}`], sasl: sasl(), ssl: true });
    await expect(driver.connect()).rejects.toMatchObject({ kind: 'fatal', help: expect.stringContaining('kafka.ssl') as string });
    await driver.close();
  });

  it('leads to errors that name TLS and credentials for a client without them', async () => {
    for (const brokers of [[`127.0.0.1:${ports.tls}`], [`127.0.0.1:${ports.sasl}`]]) {
      const driver = driverFor({ brokers });
      const reported = new Promise<unknown>((resolve) => driver.onConnectivity(resolve));
      const connecting = driver.connect().catch((error: unknown) => error);
      const failure = await reported;
      await driver.close();
      expect(failure).toMatchObject({ kind: 'retriable', help: expect.stringContaining('`kafka.ssl` and `kafka.sasl`') as string });
      expect(await connecting).toMatchObject({ kind: 'closed' });
    }
  }, 30_000);
});
