import { kafkajs } from '@ouzel/kafka/kafkajs';
import type { KafkaConfig } from '@ouzel/kafka';
import { SecuredApp, leastPrivileges, type Guarantee } from './secured-app.js';
import { password, SecuredKafka, token } from './secured-kafka.js';

const logins = ['TLS', 'mutual TLS', 'SASL PLAIN', 'SASL PLAIN over TLS', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];
const guarantees: readonly Guarantee[] = ['at_least_once', 'exactly_once_v2'];

describe('a secured Kafka', () => {
  let kafka: SecuredKafka;
  beforeAll(async () => {
    kafka = await SecuredKafka.start();
  }, 90_000);
  afterAll(() => kafka.stop(), 30_000);

  const driverFor = (config: KafkaConfig) => kafkajs({ requestTimeout: 10_000, ...config }).createDriver({ clientId: 'secure' });

  // An application has connections of an admin, a fetcher, a reader of changelogs, a producer and a group member.
  it.each(logins.flatMap((login) => guarantees.map((guarantee) => [login, guarantee] as const)))(
    'runs an application by %s, %s, with nothing but its ACLs',
    async (login, guarantee) => {
      const app = await SecuredApp.on(kafka.open);
      await kafka.allow(...leastPrivileges(app.id, guarantee));
      await app.start(kafka.connection(login), guarantee);
      await app.running();
      const values = ['a', 'b', 'a', 'a'];
      let counts: Readonly<Record<string, number>> = {};
      await app.send(...values);
      while (counts.a !== 3 || counts.b !== 1) counts = await app.counts(1);
      await app.close();
      expect(app.logged.join('\n')).not.toContain(password);
    },
    60_000,
  );

  it.each(['SASL PLAIN', 'SASL PLAIN over TLS', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'])(
    'keeps an application by %s that outlives its sessions, exactly once',
    async (login) => {
      const app = await SecuredApp.on(kafka.open);
      const tokens: string[] = [];
      await kafka.allow(...leastPrivileges(app.id, 'exactly_once_v2'));
      const streams = await app.start(kafka.connections(tokens)[login]!, 'exactly_once_v2');
      await app.running();
      const { generation } = streams.status();
      const before = tokens.length;
      let sent = 0;
      for (const end = Date.now() + 9_000; Date.now() < end; sent++) {
        await app.send('a');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      let counts: Readonly<Record<string, number>> = {};
      while ((counts.a ?? 0) < sent) counts = await app.counts(1);
      expect(counts).toEqual({ a: sent });
      expect(streams.status()).toMatchObject({ state: 'RUNNING', generation, connectivity: { connected: true } });
      if (login === 'OAUTHBEARER') expect(tokens.length).toBeGreaterThan(before);
      await app.close();
    },
    60_000,
  );

  it.each([
    [
      'a wrong password',
      () => ({ ...kafka.connection('SASL PLAIN'), sasl: { mechanism: 'plain', username: 'app', password: 'hunter' } as const }),
    ],
    [
      'a wrong password',
      () => ({ ...kafka.connection('SCRAM-SHA-512'), sasl: { mechanism: 'scram-sha-512', username: 'app', password: 'hunter' } as const }),
    ],
    [
      'a mechanism that it does not have',
      () => ({ ...kafka.connection('SASL PLAIN'), sasl: { mechanism: 'scram-sha-256', username: 'app', password: 'hunter' } as const }),
    ],
    [
      'a token that has expired',
      () => ({
        ...kafka.connection('OAUTHBEARER'),
        sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => Promise.resolve({ value: token('hunter', -10_000) }) } as const,
      }),
    ],
  ])('refuses %s', async (_what, config) => {
    const driver = driverFor(config());
    const refused = await driver.connect().catch((error: unknown) => error);
    await driver.close();
    expect(refused).toMatchObject({ kind: 'fatal', code: 'OUZEL_UNAUTHORIZED', help: 'Check `kafka.sasl`.' });
    expect((refused as Error).message).not.toContain('hunter');
  });

  it('asks for passwords and certificates again at each login, and reports a function that fails', async () => {
    const asked: string[] = [];
    const provide = <T>(name: string, value: T) => {
      return async () => {
        asked.push(name);
        return asked.length === 1 ? Promise.reject(new Error('the vault is away')) : Promise.resolve(value);
      };
    };
    const ca = kafka.certificates.pem('broker');
    const driver = driverFor({
      ...kafka.connection('SASL PLAIN over TLS'),
      ssl: provide('ssl', { ca }),
      sasl: { mechanism: 'plain', username: 'app', password: provide('password', password) },
    });
    const reported: unknown[] = [];
    driver.onConnectivity((failure) => reported.push(failure));
    await driver.connect();
    expect(reported[0]).toMatchObject({ kind: 'retriable', where: 'kafka.ssl', cause: { message: 'the vault is away' } });
    const before = asked.length;
    expect(asked).toEqual(expect.arrayContaining(['ssl', 'password']));
    for (const end = Date.now() + 6_000; Date.now() < end;) await driver.admin.topics([]).then(() => driver.admin.topics());
    expect(asked.slice(before)).toEqual(expect.arrayContaining(['ssl', 'password']));
    await driver.close();
  });

  it('says so when the provider of tokens fails', async () => {
    const oauthBearerProvider = () => Promise.reject(new Error('the identity server is away'));
    const driver = driverFor({ ...kafka.connection('OAUTHBEARER'), sasl: { mechanism: 'oauthbearer', oauthBearerProvider } });
    const reported = new Promise<unknown>((resolve) => driver.onConnectivity(resolve));
    const connecting = driver.connect().catch((error: unknown) => error);
    const failure = await Promise.race([reported, connecting]);
    await driver.close();
    expect(failure).toMatchObject({ where: 'kafka.sasl.oauthBearerProvider', cause: { message: 'the identity server is away' } });
  });

  it('is not trusted when its certificate has no known authority', async () => {
    const driver = driverFor({ ...kafka.connection('TLS'), ssl: true });
    await expect(driver.connect()).rejects.toMatchObject({ kind: 'fatal', help: expect.stringContaining('kafka.ssl') as string });
    await driver.close();
  });

  it('leads to errors that name TLS and credentials for a client without them', async () => {
    for (const login of ['TLS', 'SASL PLAIN', 'mutual TLS']) {
      const { brokers } = kafka.connection(login);
      const driver = driverFor({ brokers, ...(login === 'mutual TLS' ? { ssl: { ca: kafka.certificates.pem('broker') } } : {}) });
      const reported = new Promise<unknown>((resolve) => driver.onConnectivity(resolve));
      const connecting = driver.connect().catch((error: unknown) => error);
      const failure = await Promise.race([reported, connecting]);
      await driver.close();
      expect(failure).toMatchObject({ help: expect.stringContaining('`kafka.ssl`') as string });
    }
  }, 30_000);
});
