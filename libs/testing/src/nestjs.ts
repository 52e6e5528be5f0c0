import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import type { TestingModule, TestingModuleBuilder } from '@nestjs/testing';
import { getStreamsToken } from '@ouzel/nestjs';
import { DrivenStreams } from './nestjs/driven-streams.js';
import { httpAdapter } from './nestjs/http-adapter.js';
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
  readonly name?: string;
}

/**
 * Initialises a Nest application whose topologies run in a TopologyTestDriver: everything is as in production,
 * decorators, providers, controllers and stores, but for Kafka. Runs on Express, or on Fastify where Express is not
 * installed. Rejects where neither is: see `createDrivenContext`.
 *
 * @example
 * ```ts
 * const { app, driver } = await createDrivenApplication(Test.createTestingModule({ imports: [AppModule] }));
 * await driver.createInputTopic('payment', serdes.string, serdes.json<Payment>()).pipe(new StreamRecord('ann', payment, now));
 * await request(app.getHttpServer()).get('/totals/ann').expect({ … });
 * await app.close();
 * ```
 */
export async function createDrivenApplication(builder: TestingModuleBuilder, options: DrivenOptions = {}): Promise<DrivenApplication> {
  const adapter = await httpAdapter();
  const { module, streams } = await driven(builder, options);
  const app = module.createNestApplication(adapter);
  await app.init();
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
