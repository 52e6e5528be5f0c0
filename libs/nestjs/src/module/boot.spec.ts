import { Injectable, Module, UseGuards, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { embedded, serdes, silentLogger, type EmbeddedKafka, type KStream, type State } from '@ouzel/streams';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import {
  assembledApplications,
  OuzelModule,
  OuzelStreams,
  Source,
  StreamTopology,
  type OuzelModuleExtras,
  type OuzelModuleOptions,
} from '../index.js';

const text = { key: serdes.string, value: serdes.string };

@StreamTopology()
class VisitTopology {
  @Source('visit', text)
  readonly visits!: KStream<string, string>;
}
@StreamTopology({ app: 'audit' })
class AuditTopology {
  @Source('visit', text)
  readonly visits!: KStream<string, string>;
}
@StreamTopology({ app: 'mail' })
class MailTopology {
  @Source('visit', text)
  readonly visits!: KStream<string, string>;
}

describe('the boot of a module', () => {
  let folder: string;
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-boot-'));
    kafka = embedded();
    kafka.createTopics([{ topic: 'visit' }]);
  });
  afterEach(async () => {
    kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (applicationId = 'site', more: Readonly<Record<string, unknown>> = {}): OuzelModuleOptions => ({
    applicationId,
    kafka,
    stateDirectory: join(folder, applicationId),
    logger: silentLogger,
    ...more,
  });
  const created = async (imports: (DynamicModule | Type)[], providers: Type[] = [VisitTopology]): Promise<INestApplication> =>
    (await Test.createTestingModule({ imports, providers }).compile()).createNestApplication({ logger: false });
  /** Returns the error that the boot fails with. */
  const faultOf = async (imports: (DynamicModule | Type)[], providers?: Type[]): Promise<unknown> => {
    const app = await created(imports, providers);
    try {
      await app.init();
    } catch (error) {
      return error;
    }
    await app.close();
    throw new Error('it booted');
  };

  it('is looked at by tools without an HTTP server, where queries are served by the server of the application', async () => {
    const queries = { listen: 'application', secret: 'shared by all instances' };
    const module = OuzelModule.forRoot(options('site', { applicationServer: 'localhost:3000', queries }));
    const { applications, close } = await assembledApplications({ module: class Site {}, imports: [module], providers: [VisitTopology] });
    expect(applications.map(({ config }) => config.applicationId)).toEqual(['site']);
    await close();
  });

  it('fails with every fault of the options at once, those of the client and of the module', async () => {
    const wrong = {
      shutdownTimeout: 'soon',
      stallTimeout: 0,
      autoStart: 'yes',
      shutdownTimout: '5s',
      metrics: { compt: true, registry: {} },
      endpoints: { helth: false, decorators: 'guard' },
      commitInterval: 'now',
      heartbeatInterval: '1m',
    };
    const fault = await faultOf([OuzelModule.forRoot(options('site', wrong))]);
    expect(fault).toMatchObject({ code: 'OUZEL_CONFIG' });
    const { message } = fault as Error;
    expect(message).toMatch(/- shutdownTimeout: must be a duration/);
    expect(message).toMatch(/- stallTimeout: must be a duration.* of at least 1ms/);
    expect(message).toMatch(/- autoStart: must be true or false/);
    expect(message).toMatch(/- shutdownTimout: is not a setting\. Did you mean "shutdownTimeout"\?/);
    expect(message).toMatch(/- metrics\.compt: is not a setting\. Did you mean "compat"\?/);
    expect(message).toMatch(/- metrics\.registry: must be an object with the methods/);
    expect(message).toMatch(/- endpoints\.helth: is not a setting\. Did you mean "health"\?/);
    expect(message).toMatch(/- endpoints\.decorators: must be a list of class decorators/);
    expect(message).toMatch(/- commitInterval: must be a duration/);
    expect(message).toMatch(/- heartbeatInterval: must be shorter than sessionTimeout/);
  });

  it('fails with the faults of a factory, and of what stands beside it', async () => {
    const beside: OuzelModuleExtras = { endpoints: { ...({ metrcs: false } as object) } };
    const fault = await faultOf([OuzelModule.forRootAsync({ ...beside, useFactory: () => options('site', { shutdownTimeout: 'soon' }) })]);
    expect((fault as Error).message).toMatch(/endpoints\.metrcs: is not a setting\. Did you mean "metrics"\?/);
    expect((fault as Error).message).toMatch(/shutdownTimeout: must be/);
  });

  it('fails for a factory that returns what must be known before', async () => {
    const fault = await faultOf([OuzelModule.forRootAsync({ useFactory: () => options('site', { name: 'audit', endpoints: false }) })]);
    expect((fault as Error).message).toMatch(/name: is known too late when a factory returns it\. Put it beside `useFactory`/);
    expect((fault as Error).message).toMatch(/endpoints: is known too late/);
  });

  it('fails for a factory that returns nothing', async () => {
    const nothing = (() => undefined) as () => never;
    const fault = await faultOf([OuzelModule.forRootAsync({ useFactory: nothing })]);
    expect(fault).toMatchObject({ code: 'OUZEL_CONFIG', faults: [{ where: 'applicationId', what: 'is required' }, { where: 'kafka' }] });
  });

  it('asks for a name where several modules have none', async () => {
    @Module({})
    class Shipping {}
    const shipping: DynamicModule = { module: Shipping, imports: [OuzelModule.forRoot(options('shipping'))] };
    expect(await faultOf([OuzelModule.forRoot(options('billing')), shipping])).toMatchObject({
      code: 'OUZEL_CONFIG',
      faults: [
        {
          where: 'OuzelModule',
          what: '2 modules have no name: applications "billing" and "shipping"',
          help: "Each application of a process but one needs a name of its own: OuzelModule.forRoot({ name: 'shipping', … }) and @StreamTopology({ app: 'shipping' })",
        },
      ],
    });
  });

  it('asks for another name where two modules have the same', async () => {
    const named = (id: string) => OuzelModule.forRoot(options(id, { name: 'audit' }));
    expect(await faultOf([named('one'), named('two')], [AuditTopology])).toMatchObject({
      faults: [{ what: '2 modules have the name "audit": applications "one" and "two"' }],
    });
  });

  it('fails where endpoints are open and have guards of their own', async () => {
    const endpoints = { guards: false, decorators: [UseGuards()] };
    expect(await faultOf([OuzelModule.forRoot(options('site', { endpoints }))])).toMatchObject({
      faults: [{ where: 'endpoints.guards', what: 'is false, and `decorators` has guards' }],
    });
  });

  describe('serves health and metrics', () => {
    const started = async (...imports: DynamicModule[]) => {
      const app = await created(imports, [VisitTopology, AuditTopology, MailTopology]);
      await app.init();
      const statusOf = async (path: string) => (await request(app.getHttpServer() as Server).get(path)).status;
      return { app, statusOf };
    };
    const silent = (id: string, more: Readonly<Record<string, unknown>> = {}) => options(id, { autoStart: false, ...more });
    const unnamed = (more = {}) => OuzelModule.forRoot(silent('site', more));
    const audit = (more: OuzelModuleExtras = {}) => OuzelModule.forRootAsync({ name: 'audit', ...more, useFactory: () => silent('audit') });
    const mail = () => OuzelModule.forRootAsync({ name: 'mail', useFactory: () => silent('mail') });

    it('once where several modules are there, all of them named', async () => {
      const app = await created([audit(), mail()], [AuditTopology, MailTopology]);
      await app.init();
      const { body } = (await request(app.getHttpServer() as Server).get('/health/live')) as { body: { details: object } };
      expect(Object.keys(body.details)).toEqual(['audit', 'mail']);
      expect(
        (await request(app.getHttpServer() as Server).get('/metrics')).text.match(/^ouzel_state\{app="(audit|mail)",state="CREATED"/gm),
      ).toHaveLength(2);
      await app.close();
    });

    it('where one of them says, and nowhere else', async () => {
      const { app, statusOf } = await started(unnamed(), audit({ endpoints: { health: 'ops' } }), mail());
      expect([await statusOf('/ops/live'), await statusOf('/health/live'), await statusOf('/metrics')]).toEqual([200, 404, 200]);
      await app.close();
    });

    it('not at all where one of them says so', async () => {
      const { app, statusOf } = await started(unnamed({ endpoints: false }), audit(), mail());
      expect([await statusOf('/health/live'), await statusOf('/metrics')]).toEqual([404, 404]);
      await app.close();
    });
  });

  it.each([
    ['before it is initialised', 'created'],
    ['while another module is being initialised', 'initialising'],
    ['while it is being bootstrapped', 'bootstrapping'],
  ])('that is closed %s starts no client', async (_when, moment) => {
    let close = (_at: string): void => {};
    @Injectable()
    class Database {
      async onModuleInit(): Promise<void> {
        close('initialising');
        await new Promise((resolve) => setImmediate(resolve));
      }
      onApplicationBootstrap(): void {
        close('bootstrapping');
      }
    }
    @Module({ providers: [Database] })
    class DatabaseModule {}
    const app = await created([DatabaseModule, OuzelModule.forRoot(options())]);
    let closing: Promise<void> | undefined;
    close = (at) => {
      if (at === moment) closing ??= app.close();
    };
    const states: State[] = [];
    const streams = app.get(OuzelStreams);
    streams.onStateChange((to) => states.push(to));
    close('created');
    await app.init().catch(() => {});
    await closing;
    expect(streams.state).toBe('NOT_RUNNING');
    expect(states).not.toContain('RUNNING');
  });

  it('goes on with listeners of the handle that fail', async () => {
    const app = await created([OuzelModule.forRoot(options('site', { autoStart: false }))]);
    const streams = app.get(OuzelStreams);
    streams.onStateChange(() => {
      throw new Error('no channel');
    });
    await app.init();
    await streams.start();
    await app.close();
    expect(streams.state).toBe('NOT_RUNNING');
  });

  it('tells no listener that has ended its listening', async () => {
    const app = await created([OuzelModule.forRoot(options('site', { autoStart: false }))]);
    const streams = app.get(OuzelStreams);
    const told: State[] = [];
    const stop = streams.onStateChange((to) => told.push(to));
    await app.init();
    stop();
    await streams.start();
    await app.close();
    expect(told).toEqual([]);
  });
});
