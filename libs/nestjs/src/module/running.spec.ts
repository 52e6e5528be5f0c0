import {
  Controller,
  Get,
  Injectable,
  Param,
  Post,
  type DynamicModule,
  type INestApplication,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  embedded,
  RecordProducer,
  serdes,
  silentLogger,
  type EmbeddedKafka,
  type KafkaStreams,
  type KeyValueStoreView,
  type KStream,
  type KTable,
  type State,
  type StreamsBuilder,
  type StreamsConfig,
} from '@ouzel/streams';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import {
  Count,
  getOptionsToken,
  InjectProducer,
  InjectStore,
  of,
  OuzelModule,
  OuzelStreams,
  Peek,
  Source,
  StreamsCustomizer,
  StreamTopology,
  type Customizer,
  type OuzelModuleOptions,
} from '../index.js';

@StreamTopology()
class VisitTopology {
  @Source('visit', { key: serdes.string, value: serdes.string })
  readonly visits!: KStream<string, string>;
  @Count('visits', { store: 'totals' })
  readonly totals!: KTable<string, number>;
}

@Controller('pages')
class PagesController {
  constructor(
    @InjectProducer() private readonly producer: RecordProducer,
    @InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>,
  ) {}

  @Post(':page')
  view(@Param('page') page: string): Promise<unknown> {
    return this.producer.send('visit', { key: page, value: 'x' });
  }
  @Get(':page')
  async count(@Param('page') page: string): Promise<{ count: number }> {
    return { count: (await this.totals.get(page)) ?? 0 };
  }
}

/** Waits until `attempt` no longer throws. */
async function eventually(attempt: () => void | Promise<void>): Promise<void> {
  for (const end = Date.now() + 10_000; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('an application in Nest', () => {
  let folder: string;
  let kafka: EmbeddedKafka;
  const apps: INestApplication[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-running-'));
    kafka = embedded({ topics: ['visit'] });
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (more: Partial<OuzelModuleOptions> = {}): OuzelModuleOptions => ({
    applicationId: 'site',
    kafka,
    stateDirectory: folder,
    logger: silentLogger,
    commitInterval: '10ms',
    ...more,
  });
  async function boot(
    module: DynamicModule,
    providers: readonly Type[] = [],
    change: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
  ): Promise<INestApplication> {
    const builder = Test.createTestingModule({
      imports: [module],
      providers: [VisitTopology, ...providers],
      controllers: [PagesController],
    });
    const app = (await change(builder).compile()).createNestApplication({ logger: false, forceCloseConnections: true });
    apps.push(app);
    await app.init();
    return app;
  }
  const ask = (app: INestApplication) => request(app.getHttpServer() as Server);
  const expectCount = (app: INestApplication, count: number) =>
    eventually(async () => expect((await ask(app).get('/pages/home')).body).toEqual({ count }));
  const running = (app: INestApplication) => eventually(() => expect(app.get(OuzelStreams).state).toBe('RUNNING'));

  describe('writes records', () => {
    it('from a controller, with the serdes of its topology', async () => {
      const app = await boot(OuzelModule.forRoot(options()));
      expect((await ask(app).post('/pages/home')).body).toEqual({ topic: 'visit', partition: 0, offset: 0 });
      await expectCount(app, 1);
    });

    it('with the serdes that the module has for other topics', async () => {
      kafka.createTopics([{ topic: 'note' }]);
      const topics = { note: { value: serdes.double } };
      const app = await boot(OuzelModule.forRoot(options({ topics })));
      const { producer } = app.get(OuzelStreams);
      expect(await producer.send('note', { value: 1.5 })).toMatchObject({ topic: 'note', offset: 0 });
      await expect(producer.send('visit', { key: 'a', value: 1 })).rejects.toMatchObject({ code: 'OUZEL_SERDE' });
    });

    it('while it shuts down, until the last request is done', async () => {
      let outcome: unknown;
      @Injectable()
      class Farewell {
        constructor(@InjectProducer() private readonly producer: RecordProducer) {}
        async beforeApplicationShutdown(): Promise<void> {
          outcome = await this.producer.send('visit', { key: 'a', value: 'bye' });
        }
      }
      const app = await boot(OuzelModule.forRoot(options()), [Farewell]);
      await app.close();
      expect(outcome).toMatchObject({ offset: 0 });
      await expect(app.get(OuzelStreams).producer.send('visit', { value: 'late' })).rejects.toMatchObject({
        code: 'OUZEL_STATE_TRANSITION',
      });
    });

    it('not before its topology is assembled', async () => {
      const module = await Test.createTestingModule({ imports: [OuzelModule.forRoot(options())], providers: [VisitTopology] }).compile();
      await expect(module.get(OuzelStreams).producer.send('visit', { value: 'x' })).rejects.toMatchObject({
        code: 'OUZEL_STATE_TRANSITION',
        what: 'the topology of "default" is not assembled yet',
      });
    });
  });

  describe('starts again', () => {
    it('after it was closed, with its views, listeners, metrics and probes', async () => {
      const app = await boot(OuzelModule.forRoot(options()));
      const streams = app.get(OuzelStreams);
      await ask(app).post('/pages/home');
      await expectCount(app, 1);
      const states: State[] = [];
      streams.onStateChange((to) => states.push(to));
      const former = streams.kafkaStreams;
      await streams.close();
      expect((await ask(app).get('/health/ready')).status).toBe(503);
      expect((await ask(app).get('/pages/home')).status).toBe(503);
      await ask(app).post('/pages/home');
      await streams.start();
      await running(app);
      expect(streams.kafkaStreams).not.toBe(former);
      expect(states).toEqual(['PENDING_SHUTDOWN', 'NOT_RUNNING', 'REBALANCING', 'RUNNING']);
      await expectCount(app, 2);
      expect((await ask(app).get('/health/ready')).status).toBe(200);
      expect((await ask(app).get('/metrics')).text).toContain('ouzel_records_consumed_total{app="site",topic="visit"} 1');
      await expect(streams.start()).rejects.toMatchObject({ code: 'OUZEL_STATE_TRANSITION' });
    });

    it('while it is closing, once that is done', async () => {
      const app = await boot(OuzelModule.forRoot(options()));
      await running(app);
      const closing = app.get(OuzelStreams).close();
      await app.get(OuzelStreams).start();
      await closing;
      await running(app);
    });

    it('after it failed', async () => {
      let isBroken = true;
      @StreamTopology()
      class FragileTopology {
        @Peek(of(() => VisitTopology, 'visits'))
        check(): void {
          if (isBroken) throw new Error('no disk');
        }
      }
      const app = await boot(OuzelModule.forRoot(options()), [FragileTopology]);
      const streams = app.get(OuzelStreams);
      await ask(app).post('/pages/home');
      await eventually(() => expect(streams.state).toBe('ERROR'));
      expect((await ask(app).get('/health/live')).status).toBe(503);
      isBroken = false;
      await streams.start();
      await running(app);
      expect((await ask(app).get('/health/live')).status).toBe(200);
      await expectCount(app, 1);
    });

    it('not while Nest shuts down', async () => {
      const app = await boot(OuzelModule.forRoot(options()));
      await running(app);
      await app.close();
      await expect(app.get(OuzelStreams).start()).rejects.toMatchObject({ what: 'start is not possible: the Nest application shuts down' });
    });
  });

  it('does not start with Nest when it was closed before', async () => {
    @Injectable()
    class Switch implements OnModuleInit {
      constructor(private readonly streams: OuzelStreams) {}
      onModuleInit(): Promise<void> {
        return this.streams.close();
      }
    }
    const app = await boot(OuzelModule.forRoot(options()), [Switch]);
    expect(app.get(OuzelStreams).state).toBe('NOT_RUNNING');
    await app.get(OuzelStreams).start();
    await running(app);
  });

  it('stays paused over a start', async () => {
    const app = await boot(OuzelModule.forRoot(options()));
    const streams = app.get(OuzelStreams);
    streams.pause();
    await streams.close();
    await streams.start();
    await running(app);
    await ask(app).post('/pages/home');
    expect([streams.isPaused, streams.kafkaStreams.isPaused]).toEqual([true, true]);
    streams.resume();
    await expectCount(app, 1);
  });

  it.each([
    ['cleanUpOnStart', true, false],
    ['cleanUpOnStop', false, true],
  ])('removes its local state when %s says so', async (_setting, cleanUpOnStart, cleanUpOnStop) => {
    const removed: string[] = [];
    @StreamsCustomizer()
    class Watch implements Customizer {
      client(client: KafkaStreams): void {
        const cleanUp = client.cleanUp.bind(client);
        client.cleanUp = async () => {
          removed.push(`while ${client.state}`);
          await cleanUp();
          expect(existsSync(join(folder, 'site'))).toBe(false);
        };
      }
    }
    const app = await boot(OuzelModule.forRoot(options({ cleanUpOnStart, cleanUpOnStop })), [Watch]);
    await ask(app).post('/pages/home');
    await expectCount(app, 1);
    await app.get(OuzelStreams).close();
    await app.get(OuzelStreams).start();
    await expectCount(app, 1);
    await app.close();
    expect(removed).toEqual(cleanUpOnStart ? ['while CREATED', 'while CREATED'] : ['while NOT_RUNNING', 'while NOT_RUNNING']);
  });

  it('waits for topics in the background, and serves its probes meanwhile', async () => {
    const other = embedded();
    const app = await boot(OuzelModule.forRoot(options({ kafka: other, waitForTopics: '1h' })));
    expect((await ask(app).get('/health/live')).status).toBe(200);
    expect((await ask(app).get('/health/ready')).status).toBe(503);
    other.createTopics([{ topic: 'visit' }]);
    await running(app);
    other.close();
  });

  describe('is customised', () => {
    const calls: string[] = [];
    beforeEach(() => void calls.splice(0));
    @Injectable()
    class Names {
      readonly id = 'renamed';
    }
    @StreamsCustomizer()
    class Second implements Customizer {
      config(config: StreamsConfig): StreamsConfig {
        calls.push(`second config of ${config.applicationId}`);
        return config;
      }
    }
    @StreamsCustomizer()
    class First implements Customizer {
      constructor(private readonly names: Names) {}
      async config(config: StreamsConfig): Promise<StreamsConfig> {
        calls.push('first config');
        return Promise.resolve({ ...config, applicationId: this.names.id });
      }
      builder(builder: StreamsBuilder): void {
        builder.stream('visit', { key: serdes.string, value: serdes.string }).peek(() => {}, { name: 'spy' });
      }
      client(client: KafkaStreams): void {
        calls.push(`client of ${client.applicationId} in ${client.state}`);
      }
    }
    @StreamsCustomizer({ app: 'audit' })
    class Elsewhere implements Customizer {
      client(): void {
        calls.push('elsewhere');
      }
    }

    it('by providers: its configuration, its builder, and each of its clients', async () => {
      const app = await boot(OuzelModule.forRootAsync({ useFactory: () => options() }), [Names, Second, First, Elsewhere]);
      await running(app);
      const streams = app.get(OuzelStreams);
      expect(calls).toEqual(['first config', 'second config of renamed', 'client of renamed in CREATED']);
      expect(streams.topology.describe()).toContain('Processor: spy');
      await streams.close();
      await streams.start();
      expect(calls).toHaveLength(4);
      await running(app);
    });

    it('by its options, which a test can override', async () => {
      const real: OuzelModuleOptions = options({ kafka: { brokers: ['kafka.invalid:9092'] } });
      const inMemory = (builder: TestingModuleBuilder) => builder.overrideProvider(getOptionsToken()).useValue({ ...real, kafka });
      for (const module of [OuzelModule.forRoot(real), OuzelModule.forRootAsync({ useFactory: () => real })]) {
        const app = await boot(module, [], inMemory);
        await running(app);
        await app.close();
      }
    });
  });
});
