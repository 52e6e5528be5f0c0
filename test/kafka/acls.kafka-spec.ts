import type { Server } from 'node:http';
import { Test } from '@nestjs/testing';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import request from 'supertest';
import { AppModule } from '../../sample-app/src/app.module.js';
import { PaymentProducer } from '../../sample-app/src/kafka/payment-producer.js';
import { sampleKafka } from '../../sample-app/src/kafka/sample-kafka.js';
import { readConfig } from '../../sample-app/src/sample-config.js';
import { eventually } from './real-kafka.js';
import { leastPrivileges, SecuredApp, type Guarantee } from './secured-app.js';
import { SecuredKafka, type Acl } from './secured-kafka.js';

const guarantees: readonly Guarantee[] = ['at_least_once', 'exactly_once_v2'];

/** What the application lacks, what it may do instead, and the advice that it must get. `<app>` is its id. */
const lacking: readonly [lack: string, instead: string | undefined, advice: string][] = [
  ['Read group <app>', undefined, 'Allow Read on group "<app>"'],
  ['Read group <app>', 'Describe group <app>', 'Allow Read on group "<app>"'],
  ['Read topic <app>.in', undefined, 'Allow Describe (Read, Write and Delete include it) on topic "<app>.in"'],
  ['Read topic <app>.in', 'Describe topic <app>.in', 'Allow Read on topic "<app>.in"'],
  ['Write topic <app>.out', undefined, 'Allow Describe (Read, Write and Delete include it) on topic "<app>.out"'],
  ['Write topic <app>.out', 'Describe topic <app>.out', 'Allow Write on topic "<app>.out"'],
  ['Create topic <app>-*', undefined, 'Allow Create on topic "<app>-counts-'],
  ['Write topic <app>-*', undefined, 'Allow Write on topic "<app>-counts-repartition"'],
  ['Read topic <app>-*', undefined, 'Allow Read on topic "<app>-counts-repartition"'],
];

describe('least privileges', () => {
  let kafka: SecuredKafka;
  let app: SecuredApp;
  beforeAll(async () => {
    kafka = await SecuredKafka.start();
  }, 90_000);
  afterAll(() => kafka.stop(), 30_000);
  beforeEach(async () => {
    app = await SecuredApp.on(kafka.open);
  });
  afterEach(() => app.close());

  const start = (guarantee: Guarantee) => app.start(kafka.connection('SCRAM-SHA-256'), guarantee, { repartitionPurgeInterval: 100 });
  const without = (guarantee: Guarantee, lack: Acl) => leastPrivileges(app.id, guarantee).filter((acl) => acl !== lack);
  const own = (template: string) => template.replaceAll('<app>', app.id) as Acl;

  /** Resolves to what the client ends with. */
  async function failureOf(guarantee: Guarantee): Promise<unknown> {
    try {
      const streams = await start(guarantee);
      await app.send('a', 'b');
      return await eventually(() => streams.status().failure ?? undefined);
    } catch (error) {
      return error;
    }
  }

  it.each(
    guarantees.flatMap((guarantee) => lacking.map(([lack, instead, advice]) => [guarantee, lack, instead ?? 'nothing', advice] as const)),
  )(
    '%s without %s, but with %s: the error says what to allow',
    async (guarantee, lack, instead, advice) => {
      await kafka.allow(...without(guarantee, own(lack)), ...(instead === 'nothing' ? [] : [own(instead)]));
      const failure = await failureOf(guarantee);
      expect(String(failure)).toContain(own(advice));
      expect(app.logged.join('\n')).toContain(own(advice));
    },
    40_000,
  );

  it('exactly once without Write on its transactional id: the error says what to allow', async () => {
    await kafka.allow(...without('exactly_once_v2', `Write transactional id ${app.id}-*`));
    const failure = await failureOf('exactly_once_v2');
    expect(failure).toMatchObject({ code: 'OUZEL_UNAUTHORIZED' });
    expect(String(failure)).toMatch(new RegExp(`Allow Write on transactional id "${app.id}-[0-9a-f-]{36}-1"`));
  });

  it.each(guarantees)('%s without Delete on its repartition topics: it goes on, and says why they grow', async (guarantee) => {
    await kafka.allow(...without(guarantee, `Delete topic ${app.id}-*`));
    await start(guarantee);
    await app.running();
    const told = () => app.logged.find((line) => line.includes(`Allow Delete on topic "${app.id}-counts-repartition"`));
    while (told() === undefined) await app.counts(1, 'a');
    expect(told()).toContain('repartition topics could not be purged');
  });

  it.each(guarantees)('%s needs no Create where its topics were created before; without DescribeConfigs it goes on', async (guarantee) => {
    await kafka.allow(...leastPrivileges(app.id, guarantee));
    const creator = await start(guarantee);
    await app.running();
    await creator.close();
    await kafka.withdraw(`Create topic ${app.id}-*`, `DescribeConfigs topic ${app.id}-*`);
    await start(guarantee);
    await app.running();
    await app.counts(1, 'a');
    const told = app.logged.find((line) => line.includes('the configuration of internal topics can not be checked'));
    expect(told).toContain(`Allow DescribeConfigs on topic "${app.id}-counts-`);
  });

  it('let an application be reset when its instances are closed', async () => {
    await kafka.allow(...leastPrivileges(app.id, 'exactly_once_v2'));
    const streams = await start('exactly_once_v2');
    await app.running();
    await app.counts(1, 'a');
    const refused = app.reset(kafka.connection('SCRAM-SHA-256'));
    await expect(refused).rejects.toMatchObject({ code: 'OUZEL_STATE_TRANSITION' });
    await expect(refused).rejects.toThrow(streams.status().memberId!);
    await streams.close();
    const report = await app.reset(kafka.connection('SCRAM-SHA-256'));
    expect(report).toMatchObject({
      inputs: [{ topic: `${app.id}.in`, partition: 0, offset: 0 }],
      deletedTopics: [`${app.id}-counts-changelog`, `${app.id}-counts-repartition`],
      leftTopics: [],
    });
    const [committed] = await app.admin.committedOffsets(app.id, [{ topic: `${app.id}.in`, partition: 0 }]);
    expect(committed!.offset).toBe(0);
    await start('exactly_once_v2');
    await app.running();
  });

  it.each(guarantees)('%s are enough for the sample, which creates its own topics too', async (processingGuarantee) => {
    const topics = { payment: `${app.id}.payment`, unknownPayment: `${app.id}.unknown` };
    await kafka.allow(
      ...leastPrivileges(app.id, processingGuarantee),
      ...Object.values(topics).flatMap((topic): Acl[] => [`Create topic ${topic}`, `Write topic ${topic}`]),
      `Read topic ${topics.payment}`,
    );
    const env = {
      OUZEL_APPLICATION_ID: app.id,
      OUZEL_STATE_DIR: app.folder,
      OUZEL_PROCESSING_GUARANTEE: processingGuarantee,
      PAYMENT_TOPIC: topics.payment,
      UNKNOWN_PAYMENT_TOPIC: topics.unknownPayment,
      PAYMENTS_PER_SECOND: '0',
    };
    const module = Test.createTestingModule({ imports: [AppModule.of(readConfig(env))] });
    const overridden = module.overrideProvider(sampleKafka).useValue(kafkajs(kafka.connection('SASL PLAIN over TLS')));
    const sample = (await overridden.compile()).createNestApplication({ logger: false });
    await sample.init();
    const payment = { id: '1', userId: 'ann', amount: 7, currency: 'EUR', ts: Date.now() };
    await sample.get(PaymentProducer).send([{ key: 'ann', payment }]);
    const get = () => request(sample.getHttpServer() as Server).get('/totals/ann');
    await eventually(async () => ((await get()).status === 200 ? true : undefined));
    expect((await get()).body).toEqual({ key: 'ann', value: { count: 1, amount: 7 } });
    await sample.close();
  });

  it.each(guarantees)('%s: a permission that is withdrawn while it runs is named', async (guarantee) => {
    await kafka.allow(...leastPrivileges(app.id, guarantee));
    const streams = await start(guarantee);
    await app.running();
    await app.counts(1, 'a');
    await kafka.withdraw(`Write topic ${app.id}.out`);
    await app.send('a');
    const failure = await eventually(() => streams.status().failure ?? undefined);
    expect(failure.message).toContain(`Allow Write on topic "${app.id}.out"`);
  });
});
