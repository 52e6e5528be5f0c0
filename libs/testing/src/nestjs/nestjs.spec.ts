import { Controller, Get, Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Aggregate, Count, Filter, getProducerToken, InjectStore, OuzelModule, Source, StreamTopology } from '@ouzel/nestjs';
import {
  embedded,
  serdes,
  silentLogger,
  StreamRecord,
  tumbling,
  type KeyValueStoreView,
  type KStream,
  type KTable,
  type RecordProducer,
  type WindowStoreView,
} from '@ouzel/streams';
import request from 'supertest';
import { createDrivenApplication, type DrivenApplication } from '../nestjs.js';

const text = { key: serdes.string, value: serdes.string };

class Rates {
  factor = 2;
}

@StreamTopology()
class PaymentTopology {
  constructor(private readonly rates: Rates) {}

  @Source('payment', text)
  readonly payments!: KStream<string, string>;
  @Filter('payments', { to: 'unknown-payment' })
  unknown(_payment: string, key: string): boolean {
    return key === 'unknown';
  }
  @Count('payments')
  readonly totals!: KTable<string, number>;
  @Aggregate('payments', { window: tumbling('1m'), initial: () => 0, value: serdes.double })
  spend(total: number, payment: string): number {
    if (payment === 'fail') throw new Error('no amount');
    return total + Number(payment) * this.rates.factor;
  }
}

@Controller()
class PaymentController {
  constructor(
    @InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>,
    @InjectStore('spend') private readonly spend: WindowStoreView<string, number>,
  ) {}

  @Get('totals/:user')
  async total(@Param('user') user: string): Promise<{ count: number | null }> {
    return { count: await this.totals.get(user) };
  }
  @Get('totals')
  async firstTwo(): Promise<unknown[]> {
    const entries: unknown[] = [];
    for await (const entry of this.totals.all({ limit: 2 })) entries.push(entry);
    return entries;
  }
  @Get('spend/:user')
  async minutes(@Param('user') user: string): Promise<unknown[]> {
    const entries: unknown[] = [];
    for await (const entry of this.spend.fetchRange(user, user, 0, 1_000_000)) entries.push(entry);
    return entries;
  }
}

@Injectable()
class UpperCase implements PipeTransform<string, string> {
  transform(value: string): string {
    return value.toUpperCase();
  }
}

const application = {
  imports: [OuzelModule.forRoot({ applicationId: 'payments', kafka: embedded(), logger: silentLogger })],
  providers: [PaymentTopology, Rates],
  controllers: [PaymentController],
};

describe('a driven application', () => {
  let driven: DrivenApplication;
  beforeEach(async () => {
    driven = await createDrivenApplication(Test.createTestingModule(application));
  });
  afterEach(() => driven.app.close());

  it('processes what the driver is given, with the providers of the application', async () => {
    const { app, driver } = driven;
    const input = driver.createInputTopic('payment', serdes.string, serdes.string);
    await input.pipe(new StreamRecord('ann', '5', 1_000));
    await input.pipe(new StreamRecord('bob', '1', 1_000));
    await input.pipe(new StreamRecord('ann', '7', 2_000));
    await input.pipe(new StreamRecord('unknown', '3', 61_000));
    expect(driver.createOutputTopic('unknown-payment', serdes.string, serdes.string).readKeyValues()).toEqual([['unknown', '3']]);
    const get = async (path: string): Promise<unknown> => (await request(app.getHttpServer()).get(path)).body as unknown;
    expect(await get('/totals/ann')).toEqual({ count: 2 });
    expect(await get('/totals')).toEqual([
      ['ann', 2],
      ['bob', 1],
    ]);
    expect(await get('/spend/ann')).toEqual([[{ key: 'ann', window: { start: 0, end: 60_000 } }, 24]]);
  });

  it('is ready, and live until an error stops the topology', async () => {
    const { app, driver } = driven;
    const probe = async (name: string): Promise<[number, unknown]> => {
      const { status, body } = await request(app.getHttpServer()).get(`/health/${name}`);
      return [status, body as unknown];
    };
    expect(await probe('startup')).toMatchObject([200, {}]);
    expect(await probe('ready')).toMatchObject([200, { info: { payments: { state: 'RUNNING' } } }]);
    const input = driver.createInputTopic('payment', serdes.string, serdes.string);
    await expect(input.pipeKeyValue('ann', 'fail')).rejects.toThrow('no amount');
    expect(await probe('live')).toMatchObject([
      503,
      { error: { payments: { state: 'ERROR', reason: expect.stringContaining('no amount') as unknown } } },
    ]);
  });

  it('writes by the injected producer into the topics of the driver', async () => {
    const { app, driver } = driven;
    const producer = app.get<RecordProducer>(getProducerToken());
    expect(await producer.send('payment', { key: 'unknown', value: '5' })).toEqual({ topic: 'payment', partition: 0, offset: 0 });
    expect(driver.createOutputTopic('unknown-payment', serdes.string, serdes.string).readKeyValues()).toEqual([['unknown', '5']]);
    await producer.send('audit', { value: 'seen' }, { value: serdes.string });
    expect(driver.createOutputTopic('audit', serdes.string, serdes.string).readKeyValues()).toEqual([[null, 'seen']]);
  });
});

describe('a driven application that is prepared as main.ts does', () => {
  it.each([
    ['Express', () => new ExpressAdapter()],
    ['Fastify', () => new FastifyAdapter()],
  ])('has its prefix and pipes, on %s', async (_, adapter) => {
    const { app, driver } = await createDrivenApplication(Test.createTestingModule(application), {
      adapter: adapter(),
      prepare: (made) => {
        made.setGlobalPrefix('api');
        made.useGlobalPipes(new UpperCase());
      },
    });
    await driver.createInputTopic('payment', serdes.string, serdes.string).pipeKeyValue('ANN', '5', 1_000);
    await request(app.getHttpServer()).get('/api/totals/ann').expect(200, { count: 1 });
    await app.close();
  });

  it('is not ready before the application starts it', async () => {
    const { app } = await createDrivenApplication(
      Test.createTestingModule({
        ...application,
        imports: [OuzelModule.forRoot({ applicationId: 'payments', kafka: embedded(), logger: silentLogger, autoStart: false })],
      }),
    );
    const { body } = (await request(app.getHttpServer()).get('/health/ready').expect(503)) as { body: unknown };
    expect(body).toMatchObject({ error: { payments: { reason: 'not started' } } });
    await app.close();
  });
});
