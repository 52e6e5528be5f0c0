import type { INestApplication } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { getStreamsToken } from '@ouzel/nestjs';
import { DrivenStreams } from './nestjs/driven-streams.js';
import type { TopologyTestDriver } from './topology-test-driver.js';

/** A Nest application without Kafka. */
export interface DrivenApplication {
  readonly app: INestApplication;
  /** Feeds the topologies and reads what they write. Injected stores show what it holds. */
  readonly driver: TopologyTestDriver;
}

/**
 * Initialises a Nest application whose topologies run in a TopologyTestDriver: everything is as in production, decorators, providers, controllers and stores,
 * but for Kafka.
 *
 * ```ts
 * const { app, driver } = await createDrivenApplication(Test.createTestingModule({ imports: [AppModule] }));
 * await driver.createInputTopic('payment', serdes.string, serdes.json<Payment>()).pipe(new StreamRecord('ann', payment, now));
 * await request(app.getHttpServer()).get('/totals/ann').expect({ … });
 * await app.close();
 * ```
 *
 * `name`: the application to drive, where the module has several; the others start as usual.
 */
export async function createDrivenApplication(
  builder: TestingModuleBuilder,
  { name }: { readonly name?: string } = {},
): Promise<DrivenApplication> {
  const streams = new DrivenStreams(name ?? 'default');
  const module = await builder.overrideProvider(getStreamsToken(name)).useValue(streams).compile();
  const app = module.createNestApplication();
  await app.init();
  return { app, driver: streams.driver };
}
