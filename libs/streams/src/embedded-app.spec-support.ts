import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '@ouzel/core';
import type { ConsumerRecord, KafkaConnection, KafkaDriver, Producer, ProducerOptions, TransactionalProducer } from '@ouzel/kafka';
import { embedded, Headers, KafkaStreams, serdes, silentLogger, type KeyValueStoreView, type Logger, type Topology } from './index.js';

export const text = { key: serdes.string, value: serdes.string };

/** Returns the first answer that is not undefined. Throws after 15 s. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`this did not come about: ${ask.toString()}`);
}

/** Resolves when the condition holds. Throws after 15 s. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(async () => ((await holds()) ? true : undefined));
}

/** A promise that a test settles when it wants to. */
export function gate<T = void>() {
  let open!: (value: T) => void;
  let fail!: (error: Error) => void;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

/** The clock of this machine, which can be put forward as if the process had been paused. Timers do not know of it. */
export class PausableClock implements Clock {
  private pausedMs = 0;
  readonly schedule = systemClock.schedule.bind(systemClock);
  readonly sleep = systemClock.sleep.bind(systemClock);
  readonly turn = systemClock.turn.bind(systemClock);

  now(): number {
    return systemClock.now() + this.pausedMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.pausedMs;
  }

  pause(ms: number): void {
    this.pausedMs += ms;
  }
}

/** Keeps what a client logs. */
export function keptLog(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const level = (name: string) => (message: string) => void lines.push(`${name}: ${message}`);
  return { lines, logger: { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') } };
}

const producing = { lingerMs: 0, batchSize: 16_384, maxRequestSize: 4_194_304, compression: 'none', deliveryTimeoutMs: 10_000 } as const;

interface Written {
  readonly key?: string | null;
  readonly value: string | Buffer | null;
  readonly timestamp?: number;
  readonly partition?: number;
  readonly headers?: Headers;
}

/** A topic to create. A name alone: with one partition. */
type Created = string | { readonly topic: string; readonly partitions?: number; readonly config?: Readonly<Record<string, string>> };

/** A Kafka in this process, and clients on it that are closed when the test ends. */
export class EmbeddedApp {
  readonly clock = new PausableClock();
  kafka!: ReturnType<typeof embedded>;
  driver!: KafkaDriver;
  private producer!: Producer;
  private folder!: string;
  private readonly running: KafkaStreams[] = [];

  /** Registers what must happen before and after each test. */
  static use(...topics: readonly Created[]): EmbeddedApp {
    const app = new EmbeddedApp();
    beforeEach(() => app.open(topics));
    afterEach(() => app.close());
    return app;
  }

  /** Starts a client; `config` goes over settings that make it quick and quiet. */
  async start(topology: Topology, config: Record<string, unknown> = {}): Promise<KafkaStreams> {
    const streams = this.create(topology, config);
    await streams.start();
    return streams;
  }

  create(topology: Topology, config: Record<string, unknown> = {}): KafkaStreams {
    const streams = new KafkaStreams(topology, {
      applicationId: 'app',
      kafka: this.kafka,
      stateDirectory: join(this.folder, 'state'),
      commitInterval: 20,
      heartbeatInterval: 100,
      sessionTimeout: 5_000,
      logger: silentLogger,
      ...config,
    });
    this.running.push(streams);
    return streams;
  }

  async started(topology: Topology, config: Record<string, unknown> = {}): Promise<KafkaStreams> {
    const streams = await this.start(topology, config);
    await until(() => streams.state === 'RUNNING' || streams.state === 'ERROR');
    return streams;
  }

  stateFolder(name: string): string {
    return join(this.folder, name);
  }

  createTopics(...topics: readonly Created[]): Promise<void> {
    const created = topics.map((given) => (typeof given === 'string' ? { topic: given } : given));
    return this.driver.admin.createTopics(created.map((topic) => ({ partitions: 1, replicationFactor: -1, config: {}, ...topic })));
  }

  /** Creates a producer outside of the application. */
  createProducer(transactionalId: string): TransactionalProducer {
    return this.driver.createProducer({ ...producing, transactionalId });
  }

  /** The embedded Kafka, but what is sent is acknowledged only when `before` is over. */
  slowKafka(before: () => Promise<void>): KafkaConnection {
    return {
      createDriver: (options) => {
        const driver = this.kafka.createDriver(options);
        const createProducer = driver.createProducer.bind(driver);
        driver.createProducer = ((more: ProducerOptions) => {
          const producer = createProducer(more);
          const flush = producer.flush.bind(producer);
          producer.flush = () => before().then(flush);
          return producer;
        }) as KafkaDriver['createProducer'];
        return driver;
      },
    };
  }

  /** What a key-value store of a client has for a key; undefined while the store can not be asked. */
  valueOf<V>(streams: KafkaStreams, store: string, key: string): Promise<V | null | undefined> {
    return (streams.store(store) as KeyValueStoreView<string, V>).get(key).catch(() => undefined);
  }

  async send(topic: string, ...records: readonly Written[]): Promise<void> {
    for (const { key = 'k', value, timestamp = Date.now(), partition = 0, headers = Headers.empty } of records) {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      this.producer.send({ topic, partition, key: key === null ? null : Buffer.from(key), value: bytes, timestamp, headers });
    }
    await this.producer.flush();
  }

  /** Sends values, all with the key `k`. */
  sendValues(topic: string, ...values: readonly string[]): Promise<void> {
    return this.send(topic, ...values.map((value) => ({ value })));
  }

  /** All records of the first partition of a topic, as soon as there are as many as that. */
  async read(topic: string, count: number): Promise<readonly ConsumerRecord[]> {
    const found: ConsumerRecord[] = [];
    const fetcher = this.driver.createFetcher({ isolation: 'read_uncommitted', maxWaitMs: 50, maxBytes: 1_048_576 });
    fetcher.assign({ topic, partition: 0 }, 0);
    for (const deadline = Date.now() + 15_000; found.length < count && Date.now() < deadline; await fetcher.wait(10))
      for (const { records } of fetcher.take(10_000)) found.push(...records);
    await fetcher.close();
    return found;
  }

  async values(topic: string, count: number): Promise<string[]> {
    return (await this.read(topic, count)).map(({ value }) => String(value));
  }

  /** Records in the first partition. */
  async size(topic: string): Promise<number> {
    const [end] = await this.driver.admin.listOffsets([{ topic, partition: 0 }], 'latest', 'read_uncommitted');
    return end!.offset;
  }

  /** What the group has committed for the first partition of a topic; -1 when it has nothing. */
  async committed(topic: string, group = 'app'): Promise<number> {
    const [found] = await this.driver.admin.committedOffsets(group, [{ topic, partition: 0 }]);
    return found!.offset;
  }

  private async open(topics: readonly Created[]): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'ouzel-app-'));
    this.kafka = embedded({ clock: this.clock });
    this.driver = this.kafka.createDriver({ clientId: 'test' });
    await this.driver.connect();
    await this.createTopics(...topics);
    this.producer = this.driver.createProducer(producing);
  }

  private async close(): Promise<void> {
    await Promise.all(this.running.splice(0).map((streams) => streams.close({ timeout: '5s' })));
    await this.driver.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
