import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaDriver, NewTopic, Producer } from '@ouzel/kafka';
import {
  embedded,
  Headers,
  KafkaStreams,
  partitionOf,
  serdes,
  type KeyValueStoreView,
  type Logger,
  type StreamsConfig,
  type Topology,
} from '../index.js';

export const text = { key: serdes.string, value: serdes.string };

/** A record to write. Default partition: the one of the key. */
export interface Written {
  readonly key: string;
  readonly value: string | null;
  readonly partition?: number;
  readonly timestamp?: number;
}

/** Resolves to the first answer that is not undefined. Rejects after 15 s; an answer that throws counts as undefined until then. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  let last: unknown;
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (thrown) {
      last = thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`this did not come about: ${ask.toString()}`, { cause: last });
}

/** Returns true when the condition holds, for `eventually`. */
export const when = (condition: boolean): true | undefined => (condition ? true : undefined);

/** An embedded Kafka, clients of one application on it, and a driver that writes and reads past them. Close it after each test. */
export class RuntimeLab {
  readonly kafka = embedded();
  readonly log: string[] = [];
  private readonly driver: KafkaDriver = this.kafka.createDriver({ clientId: 'lab' });
  private readonly producer: Producer = this.createProducer();
  private readonly clients: KafkaStreams[] = [];
  private states = 0;

  private constructor(private readonly folder: string) {}

  static async open(...topics: readonly (string | { readonly topic: string; readonly partitions: number })[]): Promise<RuntimeLab> {
    const lab = new RuntimeLab(await mkdtemp(join(tmpdir(), 'ouzel-runtime-')));
    await lab.driver.connect();
    await lab.create(...topics);
    return lab;
  }

  get admin(): KafkaDriver['admin'] {
    return this.driver.admin;
  }

  async create(...topics: readonly (string | { readonly topic: string; readonly partitions: number })[]): Promise<void> {
    await this.driver.admin.createTopics(
      topics.map((given): NewTopic => ({
        replicationFactor: -1,
        config: {},
        ...(typeof given === 'string' ? { topic: given, partitions: 1 } : given),
      })),
    );
  }

  createProducer(transactionalId?: string): Producer {
    const options = { lingerMs: 0, batchSize: 16_384, maxRequestSize: 1_048_576, compression: 'none', deliveryTimeoutMs: 10_000 } as const;
    return this.driver.createProducer({ ...options, ...(transactionalId === undefined ? {} : { transactionalId }) });
  }

  /** A client that is starting, with state of its own unless `state` names the folder of another. */
  async start(topology: Topology, config: Partial<StreamsConfig> & { readonly state?: string } = {}): Promise<KafkaStreams> {
    const { state = `state-${this.states++}`, ...more } = config;
    const streams = new KafkaStreams(topology, {
      applicationId: 'app',
      kafka: this.kafka,
      stateDirectory: join(this.folder, state),
      commitInterval: 20,
      heartbeatInterval: 100,
      sessionTimeout: 5_000,
      logger: this.logger,
      ...more,
    });
    this.clients.push(streams);
    await streams.start();
    return streams;
  }

  async running(topology: Topology, config: Parameters<RuntimeLab['start']>[1] = {}): Promise<KafkaStreams> {
    const streams = await this.start(topology, config);
    await eventually(() => when(streams.state === 'RUNNING'));
    return streams;
  }

  async send(topic: string, ...records: readonly Written[]): Promise<void> {
    const partitions = (await this.admin.topics([topic])).get(topic)!.partitions;
    for (const { key, value, partition = partitionOf(Buffer.from(key), partitions), timestamp = Date.now() } of records) {
      const bytes = { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) };
      this.producer.send({ topic, partition, ...bytes, timestamp, headers: Headers.empty });
    }
    await this.producer.flush();
  }

  /** What a store of a client has for a key; undefined while the store can not be asked. */
  async valueOf<V>(streams: KafkaStreams, store: string, key: string): Promise<V | null | undefined> {
    return (streams.store(store) as KeyValueStoreView<string, V>).get(key).catch(() => undefined);
  }

  private get logger(): Logger {
    const line = (level: string) => (message: string, error?: Error) =>
      void this.log.push(`${level}: ${message}${error === undefined ? '' : ` ${error.message}`}`);
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((streams) => streams.close({ timeout: '5s' })));
    await this.driver.close();
    this.kafka.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
