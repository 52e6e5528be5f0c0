import {
  Catch,
  Inject,
  UseGuards,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { embedded, serdes, silentLogger, tumbling, type EmbeddedKafka, type KStream, type KTable, type Windowed } from '@ouzel/streams';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { map, type Observable } from 'rxjs';
import { Count, OuzelModule, OuzelStreams, Reduce, Source, StreamTopology, type EndpointOptions } from '../index.js';

interface Card {
  readonly owner: string;
  readonly iban: string;
}

@StreamTopology()
class VisitTopology {
  @Source('visit', { key: serdes.string, value: serdes.string })
  readonly visits!: KStream<string, string>;
  @Count('visits', { store: 'totals' })
  readonly totals!: KTable<string, number>;
  @Count('visits', { store: 'per-minute', window: tumbling('1m') })
  readonly perMinute!: KTable<Windowed<string>, number>;

  @Source('card', { key: serdes.int, value: serdes.json<Card>() })
  readonly cards!: KStream<number, Card>;
  @Reduce('cards', { store: 'cards' })
  last(_former: Card, card: Card): Card {
    return card;
  }
}

/** Wraps every response, as many applications do. */
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}
/** Makes every error the same. */
@Catch()
class Everything implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}
  catch(_error: unknown, context: ArgumentsHost): void {
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), 'caught', 418);
  }
}
class WithKey implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['x-key'] === 'open';
  }
}

const allowed = { stores: true, actions: true, masked: ['iban'] };

describe.each(['Express', 'Fastify'])('the endpoints on %s', (server) => {
  let folder: string;
  let kafka: EmbeddedKafka;
  let app: INestApplication | undefined;
  let at: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-endpoints-'));
    kafka = embedded();
    kafka.createTopics([{ topic: 'visit', partitions: 2 }, { topic: 'card' }]);
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(endpoints: EndpointOptions, prepare: (app: INestApplication) => void = () => {}): Promise<void> {
    const module = await Test.createTestingModule({
      imports: [
        OuzelModule.forRoot({
          applicationId: 'site',
          kafka,
          stateDirectory: folder,
          commitInterval: 10,
          deserializationHandler: 'continue',
          logger: silentLogger,
          endpoints,
        }),
      ],
      providers: [VisitTopology, { provide: APP_INTERCEPTOR, useClass: Envelope }, { provide: APP_FILTER, useClass: Everything }],
    }).compile();
    app = server === 'Express' ? module.createNestApplication() : module.createNestApplication(new FastifyAdapter());
    app.useLogger(false);
    prepare(app);
    await app.listen(0, '127.0.0.1');
    at = `http://127.0.0.1:${(app.getHttpServer() as { address(): AddressInfo }).address().port}`;
    await until(async () => app!.get(OuzelStreams).state === 'RUNNING');
  }
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${at}/${path}`, { headers });
  const json = async (path: string) => await (await get(path)).json();
  const post = (path: string) => fetch(`${at}/${path}`, { method: 'POST' });

  it('are not there unless they are enabled', async () => {
    await start({});
    expect((await get('ouzel/applications')).status).toBe(418);
  });

  it('show applications, topology, tasks, assignment, lag and restores', async () => {
    await start({ streams: true });
    await kafka.produce('visit', [{ key: 'ann', value: 'home', timestamp: 1_000 }]);
    expect(await json('ouzel/applications')).toMatchObject([{ name: 'default', applicationId: 'site', state: 'RUNNING', isPaused: false }]);
    expect(await json('ouzel/topology')).toHaveProperty('subTopologies');
    for (const [format, beginning] of Object.entries({ text: 'Topologies:', mermaid: 'flowchart TD', dot: 'digraph topology' }))
      expect((await (await get(`ouzel/topology?format=${format}`)).text()).startsWith(beginning)).toBe(true);
    await until(async () =>
      expect(await json('ouzel/lag')).toMatchObject({
        instances: [
          {
            partitions: expect.arrayContaining([
              expect.objectContaining({ topic: 'visit', partition: 0, position: 1, end: 1, lag: 0, lagSeconds: 0 }),
            ]),
          },
        ],
      }),
    );
    expect(await json('ouzel/tasks')).toMatchObject({
      instances: [{ isSelf: true, tasks: expect.arrayContaining([expect.objectContaining({ state: 'RUNNING' })]) }],
    });
    expect(await json('ouzel/assignment')).toMatchObject({
      applicationId: 'site',
      instances: [{ tasks: expect.arrayContaining(['0_0', '0_1']) }],
    });
    expect(await json('ouzel/restore')).toMatchObject({ instances: [{ restore: { remaining: 0 } }] });
  });

  it('read stores by key, range and window, with keys in the form of their serde and fields covered', async () => {
    await start({ streams: allowed });
    for (const key of ['ann', 'bob', 'bob']) await kafka.produce('visit', [{ key, value: 'home', timestamp: 61_000 }]);
    await kafka.produce('card', [{ key: Buffer.from([0, 0, 0, 7]), value: '{"owner":"ann","iban":"CH93"}', timestamp: 0 }]);
    await until(async () =>
      expect(await json('ouzel/stores/totals/range')).toEqual({
        rows: [
          { key: 'ann', value: 1 },
          { key: 'bob', value: 2 },
        ],
        isCut: false,
      }),
    );
    expect(await json('ouzel/stores')).toMatchObject({
      canRead: true,
      stores: expect.arrayContaining([
        expect.objectContaining({ name: 'totals', kind: 'key-value store', changelog: 'site-totals-changelog' }),
      ]),
    });
    expect(await json('ouzel/stores/totals/range?limit=1')).toEqual({ rows: [{ key: 'ann', value: 1 }], isCut: true });
    expect(await json('ouzel/stores/totals/range?from=b')).toMatchObject({ rows: [{ key: 'bob' }] });
    expect(await json('ouzel/stores/totals/range?reverse=true&limit=1')).toMatchObject({ rows: [{ key: 'bob' }] });
    expect(await json('ouzel/stores/totals/entry?key=bob')).toEqual({ key: 'bob', value: 2 });
    expect(await json('ouzel/stores/per-minute/windows?key=bob&from=60000&to=60000')).toMatchObject({
      rows: [{ key: { key: 'bob', window: { start: 60_000 } }, value: 2 }],
    });
    await until(async () => expect(await json('ouzel/stores/cards/entry?key=7')).toEqual({ key: 7, value: { owner: 'ann', iban: '•••' } }));
  });

  it('refuse what is wrong with a problem and a code, whatever filters the application has', async () => {
    await start({ streams: allowed });
    const refusal = async (path: string) => {
      const response = await get(path);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      const { status, code } = (await response.json()) as { status: number; code: string };
      expect(response.status).toBe(status);
      return [status, code];
    };
    expect(await refusal('ouzel/stores/nothing/range')).toEqual([404, 'OUZEL_STORE_UNKNOWN']);
    expect(await refusal('ouzel/stores/totals/entry')).toEqual([400, 'REQUEST']);
    expect(await refusal('ouzel/stores/totals/entry?key=nobody')).toEqual([404, 'KEY_UNKNOWN']);
    expect(await refusal('ouzel/stores/cards/entry?key=seven')).toEqual([400, 'OUZEL_SERDE']);
    expect(await refusal('ouzel/stores/totals/windows')).toEqual([400, 'STORE_KIND']);
    expect(await refusal('ouzel/stores/totals/range?limit=many')).toEqual([400, 'REQUEST']);
    expect(await refusal('ouzel/topology?application=other')).toEqual([404, 'APPLICATION_UNKNOWN']);
    expect(await refusal('ouzel/topology?format=png')).toEqual([400, 'REQUEST']);
  });

  it('allow neither actions nor reads of stores unless they are enabled', async () => {
    await start({ streams: 'admin/streams' });
    expect(await (await post('admin/streams/applications/default/pause')).json()).toMatchObject({ status: 403, code: 'ACTIONS_OFF' });
    expect(await json('admin/streams/stores/totals/entry?key=ann')).toMatchObject({ status: 403, code: 'STORES_OFF' });
    expect(app!.get(OuzelStreams).isPaused).toBe(false);
  });

  it('pause, resume and stop an application', async () => {
    await start({ streams: allowed });
    expect(await (await post('ouzel/applications/site/pause')).json()).toMatchObject({ isPaused: true });
    expect(await (await post('ouzel/applications/site/resume')).json()).toMatchObject({ isPaused: false });
    expect(await (await post('ouzel/applications/site/stop')).json()).toMatchObject({ state: 'NOT_RUNNING' });
    expect(await (await post('ouzel/applications/site/dance')).json()).toMatchObject({ status: 404, code: 'ACTION_UNKNOWN' });
    expect(await json('ouzel/stores/totals/range')).toMatchObject({ status: 503, code: 'OUZEL_STORE_NOT_AVAILABLE' });
  });

  it('remember the last dropped records without their payload', async () => {
    await start({ streams: { droppedRecords: 2 } });
    for (let i = 0; i < 3; i++) await kafka.produce('card', [{ key: 'x', value: 'secret', timestamp: 5 }]);
    await until(async () =>
      expect(((await json('ouzel/dropped')) as { records: unknown[] }).records).toMatchObject([{ offset: 2 }, { offset: 1 }]),
    );
    const { records } = (await json('ouzel/dropped?limit=1')) as { records: object[] };
    expect(records).toMatchObject([{ reason: 'deserialization', topic: 'card', partition: 0, offset: 2, timestamp: 5 }]);
    expect(Object.keys(records[0]!)).not.toContain('value');
  });

  it('show payloads of dropped records where that is enabled, with fields covered', async () => {
    await start({ streams: { payloads: true, masked: ['iban'] } });
    await kafka.produce('card', [{ key: 'not an int', value: '{"owner":"ann","iban":"CH93"}', timestamp: 5 }]);
    await until(async () =>
      expect(await json('ouzel/dropped')).toMatchObject({ records: [{ key: { bytes: 10 }, value: { owner: 'ann', iban: '•••' } }] }),
    );
  });

  it('are behind the guards that the application names, under its prefix and beside its versions', async () => {
    await start({ streams: true, decorators: [UseGuards(WithKey)] }, (made) => {
      made.setGlobalPrefix('api');
      made.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    });
    expect((await get('api/ouzel/applications')).status).toBe(418);
    expect((await get('api/ouzel/applications', { 'x-key': 'open' })).status).toBe(200);
  });

  it('send a snapshot, then what changes, and end with the application', async () => {
    await start({ streams: allowed });
    const response = await get('ouzel/events');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const read = (async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk).toString();
    })();
    await until(async () => expect(text).toContain('event: snapshot'));
    await kafka.produce('visit', [{ key: 'ann', value: 'home', timestamp: 1_000 }]);
    await post('ouzel/applications/site/pause');
    await until(async () => expect(text).toMatch(/event: delta\ndata: .*"isPaused":true/));
    await until(async () => expect(text).toMatch(/event: commit\ndata: /));
    await post('ouzel/applications/site/stop');
    await until(async () => expect(text).toMatch(/event: state\ndata: .*"is NOT_RUNNING, was PENDING_SHUTDOWN"/));
    await app!.close();
    app = undefined;
    await read;
    expect(text).toContain('event: end');
  });

  it('are described for OpenAPI where the package is there', async () => {
    await start({ streams: true });
    const document = SwaggerModule.createDocument(app!, new DocumentBuilder().build());
    expect(document.paths['/ouzel/topology']?.get).toMatchObject({ summary: 'The topology of an application', tags: ['ouzel'] });
  });
});

/** Waits until the check passes. Otherwise the test runs out of time. */
async function until(check: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      if ((await check()) !== false) return;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
