import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  Scope,
  type INestApplication,
  type ModuleMetadata,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  embedded,
  Headers,
  metricTable,
  serdes,
  silentLogger,
  StoreNotAvailableError,
  type EmbeddedKafka,
  type KafkaConnection,
  type MetricDefinition,
  KeyValueStoreView,
  SessionStoreView,
  WindowStoreView,
  type KStream,
  type KTable,
} from '@ouzel/streams';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { Server } from 'node:http';
import request from 'supertest';
import {
  Count,
  Aggregate,
  Filter,
  getStoreToken,
  getStreamsToken,
  InjectStore,
  InjectStreams,
  OuzelHealthIndicator,
  OuzelModule,
  OuzelStreams,
  Peek,
  Source,
  StreamTopology,
  type OuzelModuleExtras,
  type OuzelModuleOptions,
} from '../index.js';

const text = { key: serdes.string, value: serdes.string };

const http = (app: INestApplication) => request(app.getHttpServer() as Server);

@StreamTopology()
class PaymentTopology {
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
  @Count('payments', { store: 'totals' })
  readonly totals!: KTable<string, number>;
}

@Controller('totals')
class TotalsController {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>) {}

  @Get(':user')
  async one(@Param('user') user: string): Promise<{ count: number | null }> {
    return { count: await this.totals.get(user) };
  }
}

describe('OuzelModule', () => {
  let kafka: EmbeddedKafka;
  let folder: string;
  const apps: INestApplication[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-module-'));
    kafka = embedded();
    kafka.createTopics([{ topic: 'payment', partitions: 2 }]);
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (more: Partial<OuzelModuleOptions & OuzelModuleExtras> = {}): OuzelModuleOptions => ({
    applicationId: 'payments',
    kafka,
    stateDirectory: join(folder, 'state'),
    logger: silentLogger,
    commitInterval: '10ms',
    ...more,
  });
  async function boot(
    metadata: ModuleMetadata,
    change: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
  ): Promise<INestApplication> {
    const module = await change(Test.createTestingModule(metadata)).compile();
    const app = module.createNestApplication({ logger: false, forceCloseConnections: true });
    await app.init();
    apps.push(app);
    return app;
  }
  async function pay(...payments: (readonly [user: string, payment: string])[]): Promise<void> {
    const driver = kafka.createDriver({ clientId: 'test' });
    await driver.connect();
    const producer = driver.createProducer({
      lingerMs: 0,
      batchSize: 1_000,
      maxRequestSize: 1_000_000,
      compression: 'none',
      deliveryTimeoutMs: 1_000,
    });
    for (const [key, value] of payments)
      producer.send({
        topic: 'payment',
        partition: 0,
        key: Buffer.from(key),
        value: Buffer.from(value),
        timestamp: 0,
        headers: Headers.empty,
      });
    await producer.flush();
    await driver.close();
  }
  const running = (streams: OuzelStreams) =>
    new Promise<void>((resolve) => {
      if (streams.state === 'RUNNING') resolve();
      streams.onStateChange((to) => {
        if (to === 'RUNNING') resolve();
      });
    });

  it('runs the topologies that are provided, and answers from their stores', async () => {
    const app = await boot({ imports: [OuzelModule.forRoot(options())], providers: [PaymentTopology], controllers: [TotalsController] });
    await running(app.get(OuzelStreams));
    expect((await http(app).get('/health/ready')).body).toMatchObject({
      status: 'ok',
      info: { payments: { status: 'up', state: 'RUNNING' } },
    });
    expect((await http(app).get('/health/live')).status).toBe(200);
    expect((await http(app).get('/totals/ann')).body).toEqual({ count: null });
    await pay(['ann', 'x'], ['ann', 'y']);
    for (let count = 0; count < 2;) count = ((await http(app).get('/totals/ann')).body as { count: number }).count;
    const metrics = await http(app).get('/metrics');
    expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(metrics.text).toContain('ouzel_records_consumed_total{app="payments",topic="payment"} 2');
    expect(metrics.text).toContain('# TYPE ouzel_commit_duration_seconds histogram');
    expect(metrics.text).toMatch(/ouzel_commit_duration_seconds_bucket\{app="payments",le="\+Inf"\} \d+/);
  });

  it('takes its options from a factory, and gives decorators their config', async () => {
    @StreamTopology()
    class ConfiguredTopology {
      @Source((config: { topic: string }) => config.topic, { ...text, to: (config: { topic: string }) => `${config.topic}-copy` })
      readonly records!: KStream<string, string>;
    }
    kafka.createTopics([{ topic: 'payment-copy' }]);
    const app = await boot({
      imports: [OuzelModule.forRootAsync({ useFactory: async () => options({ config: { topic: 'payment' } }) })],
      providers: [ConfiguredTopology],
    });
    expect(app.get(OuzelStreams).topology.describe()).toContain('topic: payment-copy');
  });

  it('injects stores and handle in modules that do not import it, and lets tests put something else there', async () => {
    @Injectable()
    class Report {
      constructor(
        @InjectStore('totals') readonly totals: KeyValueStoreView<string, number>,
        @InjectStreams() readonly streams: OuzelStreams,
      ) {}
    }
    @Module({ providers: [Report] })
    class FeatureModule {}
    const metadata = { imports: [OuzelModule.forRoot(options({ autoStart: false })), FeatureModule], providers: [PaymentTopology] };
    const report = (await boot(metadata)).get(Report);
    expect(report.totals.name).toBe('totals');
    expect(report.streams.applicationId).toBe('payments');
    const fake = { name: 'fake' };
    const other = await boot(metadata, (builder) => builder.overrideProvider(getStoreToken('totals')).useValue(fake));
    expect(other.get(Report).totals).toBe(fake);
  });

  it('does not start when it is told not to, and says so', async () => {
    const app = await boot({
      imports: [OuzelModule.forRoot(options({ autoStart: false }))],
      providers: [PaymentTopology],
      controllers: [TotalsController],
    });
    const get = (path: string) => http(app).get(path);
    expect((await get('/health/ready')).body).toMatchObject({
      status: 'error',
      error: { payments: { status: 'down', reason: 'not started', state: 'CREATED' } },
    });
    expect((await get('/health/live')).status).toBe(200);
    const refused = await get('/totals/ann');
    expect([refused.status, refused.headers['retry-after'], refused.body]).toMatchObject([
      503,
      '1',
      { statusCode: 503, code: 'OUZEL_STORE_NOT_AVAILABLE', reason: 'not-started', store: 'totals' },
    ]);
    await app.get(OuzelStreams).start();
    await running(app.get(OuzelStreams));
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('answers 421 with the owner when another instance has the key', async () => {
    const elsewhere = { name: 'totals', get: () => Promise.reject(new StoreNotAvailableError('totals', 'elsewhere', 'host-b:3000')) };
    const app = await boot(
      { imports: [OuzelModule.forRoot(options({ autoStart: false }))], providers: [PaymentTopology], controllers: [TotalsController] },
      (builder) => builder.overrideProvider(getStoreToken('totals')).useValue(elsewhere),
    );
    const { status, body } = await http(app).get('/totals/ann');
    expect([status, body]).toMatchObject([
      421,
      { statusCode: 421, error: 'Misdirected Request', reason: 'elsewhere', owner: 'host-b:3000' },
    ]);
  });

  it('comes up without Kafka: alive, not ready, and it says why', async () => {
    const unreachable: KafkaConnection = {
      createDriver: () => {
        const driver = kafka.createDriver({ clientId: 'x' });
        let tell: (failure: never) => void = () => {};
        return Object.assign(Object.create(driver) as typeof driver, {
          onConnectivity: (listener: typeof tell) => void (tell = listener),
          connect: () => {
            tell({ what: 'connection refused', message: 'connection refused' } as never);
            return new Promise<void>(() => {});
          },
        });
      },
    };
    const app = await boot({
      imports: [OuzelModule.forRoot(options({ kafka: unreachable, shutdownTimeout: '50ms' }))],
      providers: [PaymentTopology],
    });
    expect((await http(app).get('/health/live')).status).toBe(200);
    const ready = await http(app).get('/health/ready');
    expect([ready.status, ready.body]).toMatchObject([
      503,
      { error: { payments: { reason: 'Kafka does not respond: connection refused' } } },
    ]);
  });

  it('fails to boot with every member whose topic is missing', async () => {
    @StreamTopology()
    class MissingTopology {
      @Source('nowhere', text)
      readonly a!: KStream<string, string>;
      @Source('neither', text)
      readonly b!: KStream<string, string>;
    }
    const booting = boot({ imports: [OuzelModule.forRoot(options())], providers: [MissingTopology] });
    await expect(booting).rejects.toMatchObject({
      code: 'OUZEL_TOPIC_MISSING',
      faults: [
        { where: 'MissingTopology.a (@Source)', what: expect.stringContaining('nowhere') as string },
        { where: 'MissingTopology.b (@Source)', what: expect.stringContaining('neither') as string },
      ],
    });
  });

  it('fails to boot with every member that lacks a serde, once, whatever nodes it has', async () => {
    @StreamTopology()
    class BareTopology {
      @Source('payment')
      readonly payments!: KStream<string, string>;
      @Aggregate('payments', { groupBy: (value: string) => value, initial: () => 0 })
      totals(total: number): number {
        return total + 1;
      }
    }
    const booting = boot({ imports: [OuzelModule.forRoot(options())], providers: [BareTopology] });
    await expect(booting).rejects.toMatchObject({
      code: 'OUZEL_SERDE_MISSING',
      faults: ['payments (@Source)', 'totals (@Aggregate)'].flatMap((member) => [
        { where: `BareTopology.${member}`, what: 'there is no serde for its keys' },
        { where: `BareTopology.${member}`, what: 'there is no serde for its values' },
      ]),
    });
  });

  it('fails to boot with all faults of how topologies are provided', async () => {
    @StreamTopology({ app: 'audit' })
    class AuditTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @StreamTopology()
    class RequestTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      constructor(@Inject(PerRequest) readonly perRequest: PerRequest) {}
    }
    @StreamTopology()
    @Injectable({ scope: Scope.REQUEST })
    class ScopedTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
    }
    @StreamTopology()
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
    }
    class NoTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
    }
    @Module({ providers: [PaymentTopology] })
    class FeatureModule {}
    const booting = boot({
      imports: [OuzelModule.forRoot(options()), FeatureModule],
      providers: [PaymentTopology, AuditTopology, RequestTopology, PerRequest, ScopedTopology, TransientTopology, NoTopology],
    });
    const faults = await booting.then(
      () => [],
      (error: { faults: { where: string; what: string }[] }) => error.faults.map(({ where, what }) => `${where}: ${what}`),
    );
    expect(faults.sort()).toEqual([
      'AuditTopology: belongs to application "audit", which does not exist',
      'NoTopology: has operators, but is no topology',
      expect.stringMatching(
        /^PaymentTopology: is provided by two modules, (RootTestModule and FeatureModule|FeatureModule and RootTestModule)$/,
      ),
      'RequestTopology: is request-scoped, or needs a provider that is',
      'ScopedTopology: is request-scoped, or needs a provider that is',
      'TransientTopology: is transient',
    ]);
  });

  it('fails to boot when a store is injected that does not exist, or has no name', async () => {
    @Injectable()
    class Report {
      constructor(
        @InjectStore('total') readonly totals: KeyValueStoreView<string, number>,
        @InjectStore('') readonly unnamed: KeyValueStoreView<string, number>,
      ) {}
    }
    const booting = boot({ imports: [OuzelModule.forRoot(options({ autoStart: false }))], providers: [PaymentTopology, Report] });
    await expect(booting).rejects.toThrow('Report: injects store "total", which no topology has. Did you mean "totals"?');
    await expect(booting).rejects.toThrow("Report: injects a store without a name. Name it: @InjectStore('totals').");
  });

  it('fails to boot when a store is injected as what it is not, by constructor or property', async () => {
    @Injectable()
    class Report {
      @InjectStore('totals')
      readonly sessions!: SessionStoreView<string, number>;

      constructor(
        @InjectStore('totals') readonly windows: WindowStoreView<string, number>,
        @InjectStore('totals') readonly totals: KeyValueStoreView<string, number>,
      ) {}
    }
    const booting = boot({ imports: [OuzelModule.forRoot(options({ autoStart: false }))], providers: [PaymentTopology, Report] });
    await expect(booting).rejects.toMatchObject({
      faults: ['WindowStoreView', 'SessionStoreView'].map((type) => ({
        where: 'Report',
        what: `injects store "totals" as ${type}, which it is not`,
        help: 'Its type is KeyValueStoreView.',
      })),
    });
  });

  it('fails to boot without a topology', async () => {
    await expect(boot({ imports: [OuzelModule.forRoot(options())] })).rejects.toThrow('application "default" has no topology');
  });

  it('fails to boot with all faults of the configuration', async () => {
    const wrong: Record<string, unknown> = { commitInterval: 'soon', heartbeat: 1 };
    const booting = boot({
      imports: [OuzelModule.forRoot(options({ ...wrong }))],
      providers: [PaymentTopology],
    });
    await expect(booting).rejects.toMatchObject({ code: 'OUZEL_CONFIG', faults: [{ where: 'commitInterval' }, { where: 'heartbeat' }] });
  });

  it('runs several applications in one process, each with its topologies and stores', async () => {
    @StreamTopology({ app: 'audit' })
    class AuditTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Count('payments', { store: 'totals' })
      readonly seen!: KTable<string, number>;
    }
    @Injectable()
    class Both {
      constructor(
        @InjectStore('totals') readonly totals: KeyValueStoreView<string, number>,
        @InjectStore('totals', 'audit') readonly audited: KeyValueStoreView<string, number>,
      ) {}
    }
    const app = await boot({
      imports: [
        OuzelModule.forRoot(options()),
        OuzelModule.forRootAsync({ name: 'audit', useFactory: () => options({ applicationId: 'audit' }) }),
      ],
      providers: [PaymentTopology, AuditTopology, Both],
    });
    await Promise.all([running(app.get(getStreamsToken())), running(app.get(getStreamsToken('audit')))]);
    expect(app.get<OuzelStreams>(getStreamsToken('audit')).topology.describe()).toContain('audit-payments');
    expect(Object.keys(((await http(app).get('/health/ready')).body as { details: object }).details)).toEqual(['payments', 'audit']);
    expect((await http(app).get('/metrics')).text).toMatch(/ouzel_state\{app="audit",state="RUNNING"\} 1/);
    expect(app.get(Both).totals).not.toBe(app.get(Both).audited);
  });

  it('moves and guards its endpoints, and leaves them out', async () => {
    const decorators: string[] = [];
    const mark: ClassDecorator = (target) => void decorators.push(target.name);
    const moved = await boot({
      imports: [
        OuzelModule.forRoot(options({ autoStart: false, endpoints: { health: 'ops/health', metrics: false, decorators: [mark] } })),
      ],
      providers: [PaymentTopology],
    });
    expect((await http(moved).get('/ops/health/live')).status).toBe(200);
    expect((await http(moved).get('/health/live')).status).toBe(404);
    expect((await http(moved).get('/metrics')).status).toBe(404);
    expect(decorators).toEqual(['OuzelHealthController']);
    const none = await boot({
      imports: [OuzelModule.forRoot(options({ autoStart: false, endpoints: false }))],
      providers: [PaymentTopology],
    });
    expect((await http(none).get('/health/live')).status).toBe(404);
  });

  it('registers its metrics where the application has its own, with the names of Kafka Streams when asked', async () => {
    const registry = new Registry();
    await boot({
      imports: [OuzelModule.forRoot(options({ autoStart: false, metrics: { registry, compat: true } }))],
      providers: [PaymentTopology],
    });
    const exposed = await registry.metrics();
    expect(exposed).toContain('ouzel_commits_total{app="payments"} 0');
    expect(exposed).toContain('kafka_stream_thread_commit_total{app="payments"} 0');
    const second = await boot({
      imports: [OuzelModule.forRoot(options({ applicationId: 'second', autoStart: false, metrics: { registry } }))],
      providers: [PaymentTopology],
    });
    expect(await registry.metrics()).toContain('ouzel_commits_total{app="second"} 0');
    await second.close();
    expect(await registry.metrics()).not.toContain('app="second"');
    expect(await registry.metrics()).toContain('ouzel_commits_total{app="payments"} 0');
  });

  it('exposes the metrics of the table, with their labels and `app`, and the names of Kafka Streams that the table has', async () => {
    const registry = new Registry();
    await boot({
      imports: [OuzelModule.forRoot(options({ metrics: { registry, compat: true, level: 'debug' } }))],
      providers: [PaymentTopology],
    });
    const table: Readonly<Record<string, MetricDefinition>> = metricTable;
    const declared = new Map(
      Object.entries(table).flatMap(([name, metric]) => [
        [name, metric] as const,
        ...(metric.kafka === undefined ? [] : [[metric.kafka, metric] as const]),
      ]),
    );
    const exposed = await registry.getMetricsAsJSON();
    expect(exposed.map(({ name }) => name).sort()).toEqual([...declared.keys()].sort());
    for (const { name, values } of exposed)
      for (const { labels } of values as readonly { readonly labels: Readonly<Record<string, string>> }[])
        expect([
          name,
          Object.keys(labels)
            .filter((label) => label !== 'le')
            .sort(),
        ]).toEqual([name, ['app', ...declared.get(name)!.labels].sort()]);
  });

  it('gives terminus what it wants', async () => {
    const app = await boot({ imports: [OuzelModule.forRoot(options({ autoStart: false }))], providers: [PaymentTopology] });
    expect(app.get(OuzelHealthIndicator).ready('streams')).toMatchObject({
      streams: { status: 'down', applications: { payments: { reason: 'not started' } } },
    });
    expect(app.get(OuzelHealthIndicator).live('streams')).toMatchObject({ streams: { status: 'up' } });
  });

  it('closes before anything that a topology depends on is destroyed', async () => {
    const destroyed: string[] = [];
    @Injectable()
    class Database implements OnModuleDestroy {
      onModuleDestroy(): void {
        destroyed.push(`database, while ${handle().state}`);
      }
    }
    @Module({ providers: [Database], exports: [Database] })
    class DatabaseModule {}
    @StreamTopology()
    class StoringTopology implements OnModuleDestroy {
      constructor(@Inject(Database) readonly database: Database) {}
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Filter('payments')
      wanted(): boolean {
        return true;
      }
      @Peek('wanted')
      store(): void {}
      onModuleDestroy(): void {
        destroyed.push(`topology, while ${handle().state}`);
      }
    }
    @Module({ imports: [DatabaseModule], providers: [StoringTopology] })
    class FeatureModule {}
    // The engine is further from the root than the database here: by the order of modules alone it would be destroyed
    // later.
    @Module({ imports: [OuzelModule.forRoot(options())] })
    class Inner {}
    @Module({ imports: [Inner] })
    class Middle {}
    @Module({ imports: [Middle] })
    class Outer {}
    const app = await boot({ imports: [FeatureModule, Outer] });
    const handle = () => app.get<OuzelStreams>(getStreamsToken());
    await running(handle());
    await app.close();
    expect(destroyed).toEqual(['topology, while NOT_RUNNING', 'database, while NOT_RUNNING']);
  });
});
