import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { EmbeddedKafka } from '@ouzel/streams';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Server } from 'node:http';
import { join } from 'node:path';
import request from 'supertest';
import { AppModule } from '../../sample-app/src/app.module.js';
import { PaymentProducer, type KeyedPayment } from '../../sample-app/src/kafka/payment-producer.js';
import { sampleKafka } from '../../sample-app/src/kafka/sample-kafka.js';
import { readConfig } from '../../sample-app/src/sample-config.js';

const minute = 60_000;
const noon = Date.UTC(2026, 0, 1, 12);

function payment(key: string, amount: number, ts = noon): KeyedPayment {
  return { key, payment: { id: `${key}-${ts}-${amount}`, userId: key, amount, currency: 'EUR', ts } };
}

describe('the sample on the embedded Kafka', () => {
  let folder: string;
  let app: INestApplication;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-sample-'));
    app = await start();
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<INestApplication> {
    const config = readConfig({ OUZEL_STATE_DIR: folder, PAYMENTS_PER_SECOND: '0', PORT: '3999' });
    const module = await Test.createTestingModule({ imports: [AppModule.of(config)] }).compile();
    const started = module.createNestApplication({ logger: false });
    await started.init();
    return started;
  }
  const get = (path: string) => request(app.getHttpServer() as Server).get(path);
  const pay = (...payments: KeyedPayment[]) => app.get(PaymentProducer).send(payments);
  /** Repeats the request until its body is the expected one. Otherwise the test runs out of time. */
  async function eventually(path: string, expected: unknown): Promise<void> {
    while (JSON.stringify((await get(path)).body) !== JSON.stringify(expected)) await new Promise((resolve) => setImmediate(resolve));
  }

  it('counts and sums per user, in the order of the users', async () => {
    await pay(payment('bob', 100), payment('ann', 200), payment('bob', 50));
    await eventually('/totals', [
      { key: 'ann', value: { count: 1, amount: 200 } },
      { key: 'bob', value: { count: 2, amount: 150 } },
    ]);
    expect((await get('/totals/bob')).body).toEqual({ key: 'bob', value: { count: 2, amount: 150 } });
    expect((await get('/totals?from=b')).body).toHaveLength(1);
    expect((await get('/totals?to=b')).body).toHaveLength(1);
    expect((await get('/totals?limit=1')).body).toMatchObject([{ key: 'ann' }]);
    expect((await get('/totals/nobody')).status).toBe(404);
    expect((await get('/totals?limit=many')).status).toBe(400);
    expect((await get('/totals?from=a&from=b')).status).toBe(400);
  });

  it('sums per user and minute', async () => {
    await pay(payment('ann', 1, noon), payment('ann', 2, noon + minute - 1), payment('ann', 4, noon + minute), payment('bob', 8, noon));
    const minutes = [
      { key: 'ann', window: { start: noon, end: noon + minute }, value: 3 },
      { key: 'ann', window: { start: noon + minute, end: noon + 2 * minute }, value: 4 },
    ];
    await eventually('/spend/ann', minutes);
    expect((await get(`/spend/ann?from=${noon + 1}`)).body).toEqual(minutes.slice(1));
    expect((await get(`/spend/ann?to=${noon}`)).body).toEqual(minutes.slice(0, 1));
    expect((await get('/spend/nobody')).body).toEqual([]);
  });

  it('writes payments of unknown users to their topic, unchanged', async () => {
    const unknown = payment('unknown', 7);
    await pay(payment('ann', 1), unknown, payment('bob', 2));
    const driver = app.get<EmbeddedKafka>(sampleKafka).createDriver({ clientId: 'test' });
    await driver.connect();
    const fetcher = driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 100, maxBytes: 1_000_000 });
    for (let partition = 0; partition < 4; partition++) fetcher.assign({ topic: 'unknown-payment', partition }, 0);
    const records: unknown[] = [];
    while (records.length === 0) {
      await fetcher.wait(100);
      for (const fetched of fetcher.take(10))
        records.push(...fetched.records.map(({ key, value, timestamp }) => [String(key), String(value), timestamp]));
    }
    await driver.close();
    expect(records).toEqual([['unknown', JSON.stringify(unknown.payment), noon]]);
  });

  it('reports health and metrics', async () => {
    while ((await get('/health/ready')).status !== 200) await new Promise((resolve) => setImmediate(resolve));
    expect((await get('/health/ready')).body).toMatchObject({ status: 'ok', info: { payments: { state: 'RUNNING', tasks: 8 } } });
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/startup')).status).toBe(200);
    expect((await get('/metrics')).text).toContain('ouzel_state{app="payments",state="RUNNING"} 1');
  });

  it('goes on where it stopped, and reads nothing twice', async () => {
    await pay(payment('ann', 1), payment('bob', 2));
    await eventually('/totals?to=b', [{ key: 'ann', value: { count: 1, amount: 1 } }]);
    await app.close();
    app = await start();
    await pay(payment('ann', 4));
    await eventually('/totals', [
      { key: 'ann', value: { count: 2, amount: 5 } },
      { key: 'bob', value: { count: 1, amount: 2 } },
    ]);
    expect((await get('/metrics')).text).toContain('ouzel_restored_records_total{app="payments",store="totals"} 0');
    expect((await get('/metrics')).text).toContain('ouzel_records_consumed_total{app="payments",topic="payment"} 1');
  });
});
