import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Headers } from '@ouzel/streams';
import type { KafkaDriver, Producer } from '@ouzel/kafka';
import { connectedDriver, eventually, fresh, sharedBrokers } from './real-kafka.js';
import { producing } from './records.js';

const brokers = sharedBrokers();
const root = join(import.meta.dirname, '..', '..');

/** A program that counts the records of `<name>-in` per key into `<name>-out`, and prints each count. */
const program = `
const { KafkaStreams, StreamsBuilder, serdes, silentLogger } = await import(${JSON.stringify(pathToFileURL(join(root, 'libs/streams/dist/index.js')).href)});
const { NAME: name, STATE: stateDirectory } = process.env;
const builder = new StreamsBuilder();
builder.stream(name + '-in', { key: serdes.string, value: serdes.string }).groupByKey()
  .count({ materialized: { store: 'totals', caching: false } })
  .toStream().peek((count) => console.log(count)).to(name + '-out', { key: serdes.string, value: serdes.long });
const streams = new KafkaStreams(builder.build(), { applicationId: name, kafka: { brokers: ${JSON.stringify(brokers)} }, stateDirectory,
  logger: silentLogger, commitInterval: 2_500, sessionTimeout: 6_000, heartbeatInterval: 1_000, producer: { linger: 50 } });
process.on('SIGTERM', () => void streams.close().then(() => process.exit(0)));
await streams.start();
`;

class Instance {
  private output = '';
  private constructor(private readonly child: ChildProcess) {
    child.stdout!.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  static start(env: Readonly<Record<string, string>>): Instance {
    const options = { env: { ...process.env, NODE_OPTIONS: '', ...env }, stdio: ['ignore', 'pipe', 'inherit'] as const };
    return new Instance(spawn(process.execPath, ['--input-type=module', '-e', program], { ...options, stdio: [...options.stdio] }));
  }

  get highest(): number {
    return Math.max(0, ...this.output.split('\n').map(Number));
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async end(name: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.signal(name);
    await once(this.child, 'exit');
  }
}

describe('an instance that is suspended for longer than its session, and goes on', () => {
  let driver: KafkaDriver & AsyncDisposable;
  let producer: Producer;
  let folder: string;
  let name: string;
  const instances: Instance[] = [];

  beforeEach(async () => {
    driver = await connectedDriver(brokers);
    producer = driver.createProducer(producing);
    folder = await mkdtemp(join(tmpdir(), 'ouzel-paused-'));
    name = fresh('paused');
    await driver.admin.createTopics(
      ['in', 'out'].map((topic) => ({ topic: `${name}-${topic}`, partitions: 1, replicationFactor: -1, config: {} })),
    );
  });
  afterEach(async () => {
    for (const instance of instances.splice(0)) await instance.end('SIGKILL');
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = () => {
    const instance = Instance.start({ NAME: name, STATE: join(folder, String(instances.length)) });
    instances.push(instance);
    return instance;
  };
  const send = async (count: number) => {
    const place = { topic: `${name}-in`, partition: 0, key: Buffer.from('k'), headers: Headers.empty };
    for (let i = 0; i < count; i++) producer.send({ ...place, value: Buffer.from('x'), timestamp: Date.now() });
    await producer.flush();
  };
  const committed = async () => (await driver.admin.committedOffsets(name, [{ topic: `${name}-in`, partition: 0 }]))[0]!.offset;
  const outputs = async () => {
    const place = { topic: `${name}-out`, partition: 0 };
    const [end] = await driver.admin.listOffsets([place], 'latest', 'read_uncommitted');
    const fetcher = driver.createFetcher({ isolation: 'read_uncommitted', maxWaitMs: 100, maxBytes: 1_048_576 });
    fetcher.assign(place, 0);
    const found: number[] = [];
    while (found.length < end!.offset) {
      await fetcher.wait(100);
      for (const { records } of fetcher.take(10_000)) found.push(...records.map(({ value }) => Number(value!.readBigInt64BE())));
    }
    await fetcher.close();
    return found;
  };

  it('writes nothing after the records of its successor, to the changelog or to the outputs', async () => {
    const one = start();
    await send(10);
    await eventually(async () => ((await committed()) === 10 ? true : undefined));
    await send(5);
    await eventually(() => (one.highest === 15 ? true : undefined));
    one.signal('SIGSTOP');
    const two = start();
    await send(85);
    await eventually(async () => ((await committed()) === 100 ? true : undefined), 60_000);
    const before = await outputs();
    one.signal('SIGCONT');
    await send(1);
    await eventually(async () => ((await committed()) === 101 ? true : undefined));
    const last = Math.max(one.highest, two.highest);
    for (const instance of [one, two]) await instance.end('SIGTERM');
    expect((await outputs()).slice(before.length).every((count) => count >= last)).toBe(true);
    const three = start();
    await send(1);
    await eventually(() => (three.highest > 0 ? true : undefined));
    expect(three.highest).toBe(last + 1);
    expect(last).toBeGreaterThanOrEqual(101);
  });
});
