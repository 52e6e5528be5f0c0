import { Injectable, type INestApplication, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  embedded,
  partitionOf,
  serdes,
  silentLogger,
  type EmbeddedKafka,
  type KStream,
  type KTable,
  type Logger,
  type RestoreEvent,
  type State,
} from '@ouzel/streams';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Count,
  getStreamsToken,
  MapValues,
  OnProductionError,
  OnRestore,
  OnStateChange,
  OnUncaughtError,
  OuzelModule,
  Retry,
  Source,
  StreamTopology,
  type OuzelStreams,
} from '../index.js';

/** A key of each partition of two. */
const keys = [0, 1].map((partition) => ['a', 'b', 'c', 'd', 'e', 'f'].find((key) => partitionOf(Buffer.from(key), 2) === partition));

const text = { key: serdes.string, value: serdes.string };

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`this did not come about: ${holds.toString()}`);
}

describe('handlers of providers, in an application that runs', () => {
  let kafka: EmbeddedKafka;
  let folder: string;
  const apps: INestApplication[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-handlers-'));
    kafka = embedded();
    kafka.createTopics([{ topic: 'in', partitions: 2 }, { topic: 'out' }]);
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    kafka.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function boot(providers: Type<object>[], state = 'state', more: { readonly logger?: Logger } = {}): Promise<INestApplication> {
    const common = { kafka, logger: silentLogger, commitInterval: '10ms', heartbeatInterval: '20ms', ...more } as const;
    const module = await Test.createTestingModule({
      imports: [
        OuzelModule.forRoot({ ...common, applicationId: 'app', stateDirectory: join(folder, state) }),
        OuzelModule.forRoot({ ...common, name: 'audit', applicationId: 'audit', stateDirectory: join(folder, 'audit') }),
      ],
      providers: [AuditTopology, ...providers],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    await app.init();
    apps.push(app);
    return app;
  }
  const stateOf = (app: INestApplication, name?: string) => app.get<OuzelStreams>(getStreamsToken(name), { strict: false }).state;
  const send = (...values: readonly (readonly [key: string, value: string])[]) =>
    kafka.produce(
      'in',
      values.map(([key, value]) => ({ key, value })),
    );
  async function read(count: number): Promise<string[]> {
    const driver = kafka.createDriver({ clientId: 'test' });
    await driver.connect();
    const fetcher = driver.createFetcher({ isolation: 'read_uncommitted', maxWaitMs: 50, maxBytes: 1_048_576 });
    fetcher.assign({ topic: 'out', partition: 0 }, 0);
    const found: string[] = [];
    await until(() => {
      for (const { records } of fetcher.take(1_000)) found.push(...records.map(({ value }) => String(value)));
      return found.length >= count;
    });
    await fetcher.close();
    await driver.close();
    return found;
  }

  @StreamTopology({ app: 'audit' })
  class AuditTopology {
    @Source('in', text)
    readonly payments!: KStream<string, string>;
  }
  @StreamTopology()
  class CountTopology {
    @Source('in', text)
    readonly payments!: KStream<string, string>;
    @Count('payments')
    readonly counts!: KTable<string, number>;
  }

  it('hear of states and restores, each of its application', async () => {
    const heard: string[] = [];
    const logged: string[] = [];
    @Injectable()
    class Watching {
      @OnStateChange()
      changed(to: State): void {
        heard.push(`app ${to}`);
      }
      @OnStateChange({ app: 'audit' })
      auditChanged(to: State): void {
        heard.push(`audit ${to}`);
      }
      @OnStateChange()
      fails(): void {
        throw new Error('out of order');
      }
      @OnRestore()
      restored({ kind, store }: RestoreEvent): void {
        if (kind === 'end') heard.push(`restored ${store}`);
      }
    }
    const first = await boot([CountTopology]);
    await send(['ann', 'a'], ['bob', 'b']);
    await until(() => stateOf(first) === 'RUNNING');
    await apps.pop()!.close();
    const logger: Logger = { ...silentLogger, error: (message: string) => void logged.push(message) };
    const second = await boot([CountTopology, Watching], 'elsewhere', { logger });
    await until(() => stateOf(second) === 'RUNNING' && stateOf(second, 'audit') === 'RUNNING');
    expect(heard).toEqual(expect.arrayContaining(['app REBALANCING', 'restored counts', 'app RUNNING', 'audit RUNNING']));
    expect(logged).toContain('Watching.fails (@OnStateChange) failed: out of order');
  });

  it('decide about a record that can not be written, and about a task that failed', async () => {
    const decided: string[] = [];
    @StreamTopology()
    class RefusedTopology {
      @Source('in', text)
      readonly payments!: KStream<string, string>;
      @MapValues('payments', { value: serdes.string, to: 'out' })
      checked(payment: string): string {
        if (payment === 'fails' && !decided.includes('uncaught')) throw new Error('refused');
        // A program in JavaScript may return what the serde can not write.
        return payment === 'unwritable' ? (5 as unknown as string) : payment;
      }
      @OnProductionError()
      unwritable(_error: Error, _record: unknown, _context: unknown, stage: string): 'continue' {
        decided.push(`production ${stage}`);
        return 'continue';
      }
      @OnUncaughtError()
      uncaught(): 'replace' {
        decided.push('uncaught');
        return 'replace';
      }
    }
    await boot([RefusedTopology]);
    await send(['k', 'unwritable'], ['k', 'fails'], ['k', 'a']);
    expect(await read(2)).toEqual(['fails', 'a']);
    expect(decided.slice(0, 2)).toEqual(['production value', 'uncaught']);
  });

  it('wait with @Retry while other tasks go on and the member stays in its group', async () => {
    let isDown = true;
    let attempts = 0;
    @StreamTopology()
    class RatesTopology {
      @Source('in', text)
      readonly payments!: KStream<string, string>;
      @MapValues('payments', { value: serdes.string, to: 'out' })
      @Retry({ attempts: 100_000, backoff: '2ms', maxBackoff: '4ms', jitter: 0.5 })
      inEuro(payment: string): string {
        if (payment === 'needs rates' && isDown) throw attempts++ ? new Error('no rates') : new Error('no rates yet');
        return payment;
      }
    }
    const app = await boot([RatesTopology]);
    await until(() => stateOf(app) === 'RUNNING');
    await send([keys[0]!, 'needs rates'], [keys[0]!, 'behind it'], [keys[1]!, 'other task']);
    expect(await read(1)).toEqual(['other task']);
    await until(() => attempts > 20);
    expect(stateOf(app)).toBe('RUNNING');
    isDown = false;
    expect(await read(3)).toEqual(['other task', 'needs rates', 'behind it']);
  });
});
