import { codeBlocksOf } from '../docs/pages.js';
import { freePort } from '../program.js';
import type { Project } from './project.js';

/** The files of the first application in the README of @ouzel/nestjs, as the reader of that page has them. */
export function firstApplication(): Record<string, string> {
  const files = codeBlocksOf('libs/nestjs/README.md', 'ts').flatMap(({ file, code }) => (file === undefined ? [] : [[file, code]]));
  return Object.fromEntries(files) as Record<string, string>;
}

/** How an application starts. */
export interface Main {
  readonly code: string;
  /** Whether it serves HTTP. One that does not prints what it reads from its store. */
  readonly isServed: boolean;
}

/** The main file of the README. It ends with 0 at SIGTERM, and not by the signal, so that a shutdown that fails shows. */
function express(): string {
  return firstApplication()['src/main.ts']!.replace('enableShutdownHooks()', 'enableShutdownHooks([], { useProcessExit: true })');
}

const fastify = () =>
  `import { FastifyAdapter } from '@nestjs/platform-fastify';\n${express()}`.replace(
    'create(AppModule)',
    'create(AppModule, new FastifyAdapter())',
  );

const hybrid = () =>
  `import { Transport } from '@nestjs/microservices';\n${express()}`.replace(
    '  await app.listen',
    '  app.connectMicroservice({ transport: Transport.TCP, options: { port: 0 } }, { inheritAppConfig: true });\n  await app.startAllMicroservices();\n  await app.listen',
  );

const context = `
import { NestFactory } from '@nestjs/core';
import { getProducerToken, getStoreToken, OuzelHealth } from '@ouzel/nestjs';
import type { KeyValueStoreView, RecordProducer } from '@ouzel/streams';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app = await NestFactory.createApplicationContext(AppModule);
  app.enableShutdownHooks([], { useProcessExit: true });
  const views = app.get<KeyValueStoreView<string, number>>(getStoreToken('views-per-page'));
  await app.get<RecordProducer>(getProducerToken()).send('page-view', { key: 'home', value: 'viewed' });
  for (let count: number | null = null; count === null; await new Promise((resolve) => setTimeout(resolve, 50)))
    count = await views.get('home').catch(() => null);
  console.log('home: 1, ready:', app.get(OuzelHealth).snapshots().every(({ ready }) => ready.isUp));
}
void bootstrap();
`;

export const mains: Readonly<Record<string, Main>> = {
  Express: { code: express(), isServed: true },
  Fastify: { code: fastify(), isServed: true },
  'hybrid, with TCP': { code: hybrid(), isServed: true },
  'without HTTP': { code: context, isServed: false },
};

/** Starts the built application, sends a record through it, and stops it as a container would. */
export async function seeItWork(project: Project, isServed: boolean): Promise<void> {
  const port = await freePort();
  // Where tests are compiled too, or only some folders, compilers keep the folder of the sources.
  const main = project.has('dist/main.js') ? 'dist/main.js' : 'dist/src/main.js';
  const app = project.start('node', [main], { PORT: String(port) });
  try {
    if (isServed) await seeRecordComeThrough(`http://127.0.0.1:${port}`, (attempt) => app.until(attempt));
    else await app.until(() => expect(app.output).toContain('home: 1, ready: true'));
  } finally {
    const { code, signal, output } = await app.stop('SIGTERM');
    expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: expect.not.stringContaining('ERROR') as string });
  }
}

async function seeRecordComeThrough(at: string, until: (attempt: () => Promise<void>) => Promise<void>): Promise<void> {
  const get = async (path: string): Promise<Response> => {
    const response = await fetch(at + path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  };
  await until(async () => void (await get('/health/ready')));
  const written = await fetch(`${at}/pages/home/views`, { method: 'POST' });
  expect(await written.json()).toEqual({ partition: 0, offset: 0 });
  await until(async () => expect(await (await get('/pages/home')).json()).toEqual({ page: 'home', views: 1 }));
  expect(await (await get('/health/live')).json()).toMatchObject({ status: 'ok', info: { pages: { state: 'RUNNING' } } });
  expect(await (await get('/metrics')).text()).toContain('ouzel_records_consumed_total{app="pages",topic="page-view"} 1');
}
