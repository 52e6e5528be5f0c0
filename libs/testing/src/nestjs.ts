import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { TestingModule, TestingModuleBuilder } from '@nestjs/testing';
import { getStreamsToken } from '@ouzel/nestjs';
import { DrivenStreams } from './nestjs/driven-streams.js';
import { installedPlatform, routesAreReady } from './nestjs/http-platform.js';
import type { TopologyTestDriver } from './driver/topology-test-driver.js';

/** A Nest application without Kafka. */
export interface DrivenApplication {
  readonly app: INestApplication;
  /** Feeds the topologies and reads what they write. Injected stores show what it holds. */
  readonly driver: TopologyTestDriver;
}

/** A Nest application without Kafka and without HTTP. */
export interface DrivenContext {
  readonly context: INestApplicationContext;
  /** Feeds the topologies and reads what they write. Injected stores show what it holds. */
  readonly driver: TopologyTestDriver;
}

export interface DrivenOptions {
  /**
   * The application to drive, where the module has several; the others start as usual. Default: the one without a name.
   */
  readonly name?: string | undefined;
}

export interface DrivenApplicationOptions extends DrivenOptions {
  /** Default: Express, or Fastify where Express is not installed. */
  readonly adapter?: AbstractHttpAdapter;
  /**
   * Called before the application is initialised, with what `main.ts` does to it: a prefix, pipes, filters, versioning.
   */
  readonly prepare?: (app: INestApplication) => void | Promise<void>;
}

/**
 * Initialises a Nest application whose topologies run in a TopologyTestDriver: everything is as in production,
 * decorators, providers, controllers and stores, but for Kafka. Rejects where neither Express nor Fastify is installed:
 * see `createDrivenContext`.
 *
 * @example
 * ```ts
 * const { app, driver } = await createDrivenApplication(Test.createTestingModule({ imports: [AppModule] }));
 * await driver.createInputTopic('payment', serdes.string, serdes.json<Payment>()).pipe(new StreamRecord('ann', payment, now));
 * await request(app.getHttpServer()).get('/totals/ann').expect({ … });
 * await app.close();
 * ```
 */
export async function createDrivenApplication(
  builder: TestingModuleBuilder,
  { name, adapter, prepare }: DrivenApplicationOptions = {},
): Promise<DrivenApplication> {
  const platform = adapter ?? (await installedPlatform());
  const { module, streams } = await driven(builder, { name });
  const app = module.createNestApplication(platform);
  await prepare?.(app);
  await app.init();
  await routesAreReady(app);
  return { app, driver: streams.driver };
}

/** As `createDrivenApplication`, for an application without HTTP: a worker. It needs no HTTP platform. */
export async function createDrivenContext(builder: TestingModuleBuilder, options: DrivenOptions = {}): Promise<DrivenContext> {
  const { module, streams } = await driven(builder, options);
  const context = await module.init();
  return { context, driver: streams.driver };
}

interface Driven {
  readonly module: TestingModule;
  readonly streams: DrivenStreams;
}

async function driven(builder: TestingModuleBuilder, { name }: DrivenOptions): Promise<Driven> {
  const streams = new DrivenStreams(name ?? 'default');
  const module = await builder.overrideProvider(getStreamsToken(name)).useValue(streams).compile();
  return { module, streams };
}
