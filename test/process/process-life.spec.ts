import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A program on the built packages, in a process of its own. */
class Program {
  private said = '';
  private waiting: (() => void)[] = [];
  private readonly process: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;

  constructor(text: string, folder: string) {
    this.process = spawn(process.execPath, ['--input-type=module', '-e', text], { cwd: root, env: { ...process.env, STATE: folder } });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
        for (const wake of this.waiting.splice(0)) wake();
      });
    this.ended = new Promise((end) => this.process.on('close', (code) => end({ code, said: this.said })));
  }

  /** Resolves when the program has said this, or has ended. */
  async says(text: string): Promise<void> {
    const end = this.ended.then(() => true);
    while (!this.said.includes(text)) {
      const more = new Promise<void>((wake) => this.waiting.push(wake));
      if ((await Promise.race([more, end])) === true) break;
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}

const client = `
import { embedded, KafkaStreams, serdes, silentLogger, StreamsBuilder } from '@ouzel/streams';
const kafka = embedded();
kafka.createTopics([{ topic: 'in' }]);
const builder = new StreamsBuilder();
builder.stream('in', { key: serdes.string, value: serdes.string }).forEach(() => {});
const streams = new KafkaStreams(builder.build(), { applicationId: 'app', kafka, stateDirectory: process.env.STATE, logger: silentLogger });
`;

describe('a process', () => {
  let folder: string;
  const programs: Program[] = [];
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ouzel-process-'))));
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.kill('SIGKILL');
      await program.ended;
    }
    await rm(folder, { recursive: true, force: true });
  });
  const run = (text: string): Program => {
    const program = new Program(text, folder);
    programs.push(program);
    return program;
  };

  it('lives as long as its client runs on the embedded Kafka, and ends by itself when the client is closed', async () => {
    // A timer without a reference fires only where something else keeps the process alive.
    const program = run(`${client}
      process.on('SIGUSR2', () => void streams.close());
      await streams.start();
      setTimeout(() => console.log('alive'), 500).unref();`);
    await program.says('alive');
    program.kill('SIGUSR2');
    expect(await program.ended).toEqual({ code: 0, said: 'alive\n' });
  });

  it('ends by itself when its client has failed, or was closed while it started', async () => {
    const failed = run(
      `${client.replace("stream('in'", "stream('missing'")} await streams.start().catch(({ code }) => console.log(code));`,
    );
    expect(await failed.ended).toEqual({ code: 0, said: 'OUZEL_TOPIC_MISSING\n' });
    const closed = run(`${client} const starting = streams.start(); await streams.close(); await starting; console.log(streams.state);`);
    expect(await closed.ended).toEqual({ code: 0, said: 'NOT_RUNNING\n' });
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
    expect(await program.ended).toEqual({ code: 0, said: 'idle\n' });
  });
});
