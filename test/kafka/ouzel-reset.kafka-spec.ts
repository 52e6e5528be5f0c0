import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Program, freePort, type Ended } from '../program.js';
import { leastPrivileges, SecuredApp } from './secured-app.js';
import { password, SecuredKafka } from './secured-kafka.js';

const root = resolve(import.meta.dirname, '../..');

describe('ouzel reset on a secured Kafka', () => {
  let kafka: SecuredKafka;
  let app: SecuredApp;
  let properties: string;
  beforeAll(async () => {
    kafka = await SecuredKafka.start();
  }, 90_000);
  afterAll(() => kafka.stop(), 30_000);
  beforeEach(async () => {
    app = await SecuredApp.on(kafka.open);
    properties = join(app.folder, 'client.properties');
    const { brokers, sasl } = kafka.connection('SCRAM-SHA-256') as { brokers: readonly string[]; sasl: { username: string } };
    const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${sasl.username}" password="${password}";`;
    const lines = { 'bootstrap.servers': brokers.join(','), 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'SCRAM-SHA-256' };
    const entries = Object.entries({ ...lines, 'sasl.jaas.config': login });
    await writeFile(properties, entries.map(([name, value]) => `${name}=${value}\n`).join(''));
  });
  afterEach(() => app.close());

  const ouzel = (...args: readonly string[]): Promise<Ended> =>
    new Program(process.execPath, ['libs/cli/dist/bin.js', 'reset', '--application-id', app.id, ...args], { folder: root }).ended;
  const reset = (...args: readonly string[]) =>
    ouzel('--command-config', properties, '--input-topics', `${app.id}.in`, '--state-dir', join(app.folder, 'state'), ...args);
  const committed = async () => (await app.admin.committedOffsets(app.id, [{ topic: `${app.id}.in`, partition: 0 }]))[0]!.offset;

  it('refuses while members are alive, and resets the application when they are gone', async () => {
    await kafka.allow(...leastPrivileges(app.id, 'exactly_once_v2'));
    const streams = await app.start(kafka.connection('SCRAM-SHA-256'), 'exactly_once_v2');
    await app.running();
    await app.counts(1, 'a');
    const refused = await reset('--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.output)).toMatchObject({ error: { code: 'OUZEL_STATE_TRANSITION', where: app.id } });
    expect(refused.output).toContain(streams.status().memberId!);
    await streams.close();
    const before = await committed();
    const dry = await reset('--dry-run', '--json');
    expect([dry.code, await committed()]).toEqual([0, before]);
    const done = await reset('--json');
    expect([done.code, JSON.parse(done.output)]).toEqual([0, { ...(JSON.parse(dry.output) as object), dryRun: false }]);
    expect(JSON.parse(done.output)).toMatchObject({
      inputs: [{ topic: `${app.id}.in`, partition: 0, offset: 0 }],
      deletedTopics: [`${app.id}-counts-changelog`, `${app.id}-counts-repartition`],
    });
    expect(await committed()).toBe(0);
    expect(done.output + refused.output).not.toContain(password);
  }, 60_000);

  it('names a permission that is missing', async () => {
    await kafka.allow(...leastPrivileges(app.id, 'at_least_once').filter((acl) => !acl.startsWith('Read group')));
    const { code, output } = await reset();
    expect([code, output]).toEqual([1, expect.stringContaining(`Allow Read on group "${app.id}"`)]);
  });

  it('ends where Kafka can not be reached', async () => {
    const { code, output } = await ouzel('--bootstrap-server', `127.0.0.1:${await freePort()}`);
    expect([code, output]).toEqual([1, expect.stringMatching(/OUZEL_DRIVER: Kafka could not be reached within 10 s: /)]);
  }, 30_000);
});
