import {
  Catch,
  Controller,
  Get,
  HttpException,
  Injectable,
  UnauthorizedException,
  UseGuards,
  VersioningType,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type ModuleMetadata,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { embedded, serdes, silentLogger, type KeyValueStoreView, type KStream, type KTable } from '@ouzel/streams';
import { map, type Observable } from 'rxjs';
import { Count, InjectStore, OuzelModule, Source, StreamTopology, type EndpointOptions } from '../index.js';

@StreamTopology()
class VisitTopology {
  @Source('visit', { key: serdes.string, value: serdes.string })
  readonly visits!: KStream<string, string>;
  @Count('visits', { store: 'totals' })
  readonly totals!: KTable<string, number>;
}

@Controller('site')
class SiteController {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>) {}

  @Get()
  async home(): Promise<unknown> {
    return { home: await this.totals.get('home') };
  }
}
/** Its path is below that of the metrics. */
@Controller('metrics/private')
class PrivateController {
  @Get()
  secret(): string {
    return 'secret';
  }
}

/** Wraps every result, and looks into it before. */
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: object) => ({ data, size: Object.keys(data).length })));
  }
}
/** Knows nothing but exceptions of Nest, as the documentation of Nest shows it. */
@Catch()
@Injectable()
class Everything implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), { caught: status }, status);
  }
}
class Locked implements CanActivate {
  canActivate(): boolean {
    throw new UnauthorizedException();
  }
}
class Refusing implements PipeTransform {
  transform(): never {
    throw new HttpException('refused', 400);
  }
}

const platforms: readonly (readonly [name: string, adapter: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(platforms)('endpoints on %s', (_platform, adapter) => {
  const apps: INestApplication[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  interface Setup {
    readonly endpoints?: EndpointOptions;
    readonly providers?: ModuleMetadata['providers'];
    readonly before?: (app: INestApplication) => void;
  }
  /** Starts an application. Returns what asks it: the status of a response, its type and its body. */
  async function start({ endpoints, providers = [], before = () => {} }: Setup) {
    const module = await Test.createTestingModule({
      imports: [
        OuzelModule.forRoot({
          applicationId: 'site',
          kafka: embedded({ topics: ['visit'] }),
          logger: silentLogger,
          autoStart: false,
          ...(endpoints && { endpoints }),
        }),
      ],
      controllers: [SiteController, PrivateController],
      providers: [VisitTopology, ...providers],
    }).compile();
    const app = module.createNestApplication(adapter(), { logger: false, forceCloseConnections: true });
    apps.push(app);
    before(app);
    await app.listen(0, '127.0.0.1');
    const at = await app.getUrl();
    return async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const response = await fetch(at + path, { headers });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    };
  }
  type Ask = Awaited<ReturnType<typeof start>>;
  async function expectUntouched(ask: Ask, prefix = '', headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const ready = await ask(`${prefix}/health/ready`, headers);
    expect([ready.status, JSON.parse(ready.text)]).toMatchObject([503, { status: 'error', error: { site: { reason: 'not started' } } }]);
    const live = await ask(`${prefix}/health/live`, headers);
    expect([live.status, JSON.parse(live.text)]).toMatchObject([200, { status: 'ok', info: { site: { status: 'up' } } }]);
    const metrics = await ask(`${prefix}/metrics`, headers);
    expect([metrics.status, metrics.type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(metrics.text).toMatch(/^# HELP ouzel_\w+ .*\n# TYPE ouzel_\w+ gauge\n/);
  }

  it('are what they are among interceptors, filters and pipes of the application', async () => {
    const everywhere = [
      { provide: APP_INTERCEPTOR, useClass: Envelope },
      { provide: APP_FILTER, useClass: Everything },
      { provide: APP_PIPE, useClass: Refusing },
    ];
    const ask = await start({ providers: everywhere });
    await expectUntouched(ask);
    const { status, text } = await ask('/site');
    expect([status, JSON.parse(text)]).toMatchObject([503, { statusCode: 503, code: 'OUZEL_STORE_NOT_AVAILABLE' }]);
  });

  it('stand under a global prefix, as all controllers do, or beside it', async () => {
    await expectUntouched(await start({ before: (app) => app.setGlobalPrefix('api') }), '/api');
    const beside = await start({ before: (app) => app.setGlobalPrefix('api', { exclude: ['health/*path', 'metrics'] }) });
    await expectUntouched(beside);
    expect((await beside('/api/site')).status).toBe(503);
  });

  it.each([
    ['URI', (app: INestApplication) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })],
    ['header', (app: INestApplication) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' })],
    ['media type', (app: INestApplication) => app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '1' })],
  ])('have no version, with versions by %s', async (_how, before) => {
    await expectUntouched(await start({ before }));
  });

  it('are guarded by the guards of the application', async () => {
    const ask = await start({ providers: [{ provide: APP_GUARD, useClass: Locked }] });
    for (const path of ['/health/live', '/metrics', '/site', '/metrics/private']) expect((await ask(path)).status).toBe(401);
  });

  it('are open where the application says so, and nothing else is', async () => {
    const providers = [
      { provide: APP_GUARD, useClass: Locked },
      { provide: APP_INTERCEPTOR, useClass: Envelope },
    ];
    const ask = await start({ providers, endpoints: { guards: false }, before: (app) => app.setGlobalPrefix('api') });
    await expectUntouched(ask, '/api');
    for (const path of ['/api/site', '/api/metrics/private']) expect((await ask(path)).status).toBe(401);
    const versioned = await start({
      providers,
      endpoints: { guards: false, health: 'ops/health', metrics: false },
      before: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    expect((await versioned('/ops/health/live?full=1')).status).toBe(200);
    expect((await versioned('/metrics')).status).toBe(404);
  });

  it('have guards of their own', async () => {
    const ask = await start({ endpoints: { decorators: [UseGuards(Locked)] } });
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/site')).status).toBe(503);
  });
});
