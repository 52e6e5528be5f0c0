import {
  Catch,
  Controller,
  Get,
  HttpException,
  Inject,
  type ArgumentsHost,
  type CallHandler,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { embedded, serdes, silentLogger, StoreNotAvailableError, type KeyValueStoreView, type KStream, type KTable } from '@ouzel/streams';
import { map, type Observable } from 'rxjs';
import request from 'supertest';
import { Count, InjectStore, OuzelModule, Source, StoreNotAvailableException, StreamTopology } from '../index.js';

const text = { key: serdes.string, value: serdes.string };

@StreamTopology()
class VisitTopology {
  @Source('visit', text)
  readonly visits!: KStream<string, string>;
  @Count('visits', { store: 'totals' })
  readonly totals!: KTable<string, number>;
}

@Controller()
class TotalsController {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>) {}

  @Get('one')
  one(): Promise<number | null> {
    return this.totals.get('home');
  }
  @Get('all')
  async all(): Promise<unknown[]> {
    const rows: unknown[] = [];
    for await (const row of this.totals.all()) rows.push(row);
    return rows;
  }
  @Get('lag')
  lag(): Promise<number> {
    return this.totals.all({ stale: true }).lag();
  }
  /** A service that knows the error goes on knowing it. */
  @Get('caught')
  async caught(): Promise<unknown> {
    return this.totals.get('home').catch((error: unknown) => {
      const isKnown = error instanceof StoreNotAvailableError && error instanceof StoreNotAvailableException;
      return isKnown ? { reason: error.reason, store: error.store } : 'unknown';
    });
  }
}

/** Wraps every answer, as many applications do. */
class Envelope implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

/** Knows Nest's exceptions and nothing else. */
@Catch()
class Everything implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), { caught: status }, status);
  }
}

describe('an application with an interceptor and a filter of its own', () => {
  let app: INestApplication;
  beforeEach(async () => {
    const kafka = embedded();
    const module = Test.createTestingModule({
      imports: [OuzelModule.forRoot({ applicationId: 'site', kafka, logger: silentLogger, autoStart: false })],
      providers: [VisitTopology, { provide: APP_INTERCEPTOR, useClass: Envelope }],
      controllers: [TotalsController],
    });
    app = (await module.compile()).createNestApplication({ logger: false });
    app.useGlobalFilters(new Everything(app.get(HttpAdapterHost)));
    await app.init();
  });
  afterEach(() => app.close());
  const get = (path: string) => request(app.getHttpServer()).get(path);

  it('shows its metrics as Prometheus reads them', async () => {
    const { status, headers, text: body } = await get('/metrics');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(body).toMatch(/^# HELP ouzel_\w+ .*\n# TYPE ouzel_\w+ gauge\n/);
    expect(body).toMatch(/^ouzel_state\{app="site",state="CREATED"\} 1$/m);
  });

  it('shows its health as probes read it', async () => {
    const ready = await get('/health/ready');
    expect([ready.status, ready.body]).toMatchObject([
      503,
      { status: 'error', error: { site: { status: 'down', reason: 'not started' } } },
    ]);
    const live = await get('/health/live');
    expect([live.status, live.body]).toMatchObject([200, { status: 'ok' }]);
  });

  it.each(['one', 'all', 'lag'])('answers 503 for a store that is not available (%s)', async (path) => {
    const { status, body } = await get(`/${path}`);
    expect([status, body]).toEqual([503, { caught: 503 }]);
  });

  it('catches the error by either class', async () => {
    expect((await get('/caught')).body).toEqual({ data: { reason: 'not-started', store: 'totals' } });
  });
});
