import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Program } from '../program.js';

const root = resolve(import.meta.dirname, '../..');

const client = `
  import { embedded, KafkaStreams, serdes, silentLogger, StreamsBuilder } from '@ouzel/streams';
  const kafka = embedded();
  kafka.createTopics([{ topic: 'in' }]);
  const builder = new StreamsBuilder();
  builder.stream('in', { key: serdes.string, value: serdes.string }).forEach(() => {});
  const streams = new KafkaStreams(builder.build(), { applicationId: 'app', kafka, stateDirectory: process.env.STATE, logger: silentLogger });`;

const nest = `
  import 'reflect-metadata';
  import { Injectable, Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  import { OuzelModule, OuzelStreams, Source, StreamTopology } from '@ouzel/nestjs';
  import { embedded, serdes, silentLogger } from '@ouzel/streams';
  const kafka = embedded();
  kafka.createTopics([{ topic: 'in' }]);
  class Topology {}
  Source('in', { key: serdes.string, value: serdes.string })(Topology.prototype, 'input');
  StreamTopology()(Topology);
  const options = { applicationId: 'app', kafka, stateDirectory: process.env.STATE, logger: silentLogger };
  const context = (providers) => {
    class AppModule {}
    Module({ imports: [OuzelModule.forRoot(options)], providers: [Topology, ...providers] })(AppModule);
    return NestFactory.createApplicationContext(AppModule, { logger: false });
  };
  class Listener {
    constructor(streams) { streams.onStateChange((to) => console.log(to)); }
  }
  Injectable()(Listener);
  Reflect.defineMetadata('design:paramtypes', [OuzelStreams], Listener);`;

describe('a process', () => {
  let folder: string;
  const programs: Program[] = [];
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ouzel-process-'))));
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  /** Runs a program on the built packages. */
  const run = (text: string): Program => {
    const program = new Program(process.execPath, ['--input-type=module', '-e', text], { folder: root, env: { STATE: folder } });
    programs.push(program);
    return program;
  };
  const says = (program: Program, text: string) => program.until(() => expect(program.output).toContain(text));

  it('shares no local state with others on an embedded Kafka in memory, and leaves none behind', async () => {
    const text = `${client.replace('stateDirectory: process.env.STATE, ', '')}
      await streams.start();
      const path = kafka.stateDirectory;
      console.log('state in', path, (await import('node:fs')).existsSync(path));
      process.on('SIGUSR2', () => streams.close().then(() => process.exit()));`;
    const [one, other] = [run(text), run(text)];
    const folderOf = (program: Program) => /state in (\S+) true/.exec(program.output)?.[1];
    for (const program of [one, other]) await program.until(() => expect(folderOf(program)).toBeDefined());
    const folders = [folderOf(one)!, folderOf(other)!];
    expect(folders[0]).not.toBe(folders[1]);
    for (const program of [one, other]) expect(await program.stop('SIGUSR2')).toMatchObject({ code: 0 });
    expect(folders.filter((path) => existsSync(path))).toEqual([]);
  });

  it('lives as long as its client runs on the embedded Kafka, and ends by itself when the client is closed', async () => {
    // A timer without a reference fires only where something else keeps the process alive.
    const program = run(`${client}
      process.on('SIGUSR2', () => void streams.close());
      await streams.start();
      setTimeout(() => console.log('alive'), 500).unref();`);
    await says(program, 'alive');
    expect(await program.stop('SIGUSR2')).toEqual({ code: 0, signal: null, output: 'alive\n' });
  });

  it('ends by itself when its client has failed, or was closed while it started', async () => {
    const failed = run(
      `${client.replace("stream('in'", "stream('missing'")} await streams.start().catch(({ code }) => console.log(code));`,
    );
    expect(await failed.ended).toMatchObject({ code: 0, output: 'OUZEL_TOPIC_MISSING\n' });
    const closed = run(`${client} const starting = streams.start(); await streams.close(); await starting; console.log(streams.state);`);
    expect(await closed.ended).toMatchObject({ code: 0, output: 'NOT_RUNNING\n' });
  });

  it('is not kept alive by an embedded Kafka alone', async () => {
    const program = run(`
      import { embedded } from '@ouzel/streams';
      const driver = embedded().createDriver({ clientId: 'me' });
      await driver.connect();
      await driver.admin.createTopics([{ topic: 't', partitions: 1, replicationFactor: -1, config: {} }]);
      const fetcher = driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 500, maxBytes: 1_000_000 });
      fetcher.assign({ topic: 't', partition: 0 }, 0);
      console.log('idle');`);
    expect(await program.ended).toMatchObject({ code: 0, output: 'idle\n' });
  });

  it('lives as long as the client of its Nest context, and drains it at a signal without any hook of its own', async () => {
    const program = run(`${nest} await context([Listener]);`);
    await says(program, 'RUNNING');
    expect(await program.stop('SIGTERM')).toMatchObject({
      signal: 'SIGTERM',
      output: 'REBALANCING\nRUNNING\nPENDING_SHUTDOWN\nNOT_RUNNING\n',
    });
  });

  it('that gets a signal while it boots ends and starts no client', async () => {
    const program = run(`${nest}
      class Database { async onModuleInit() { console.log('booting'); await new Promise((resolve) => setTimeout(resolve, 700)); console.log('booted'); } }
      Injectable()(Database);
      class App {}
      Module({ imports: [OuzelModule.forRoot(options)], providers: [Topology, Listener, Database] })(App);
      const app = await NestFactory.create(App, { logger: false });
      app.enableShutdownHooks();
      process.on('SIGTERM', () => {});
      await app.init();
      console.log(app.get(OuzelStreams).state);`);
    await says(program, 'booting');
    const { output } = await program.stop('SIGTERM');
    expect(output).not.toContain('REBALANCING');
    expect(output.trim().split('\n').at(-1)).toBe('NOT_RUNNING');
  });
});
