import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { KafkaDriver } from '@ouzel/kafka';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import {
  KafkaStreams,
  resetApplication,
  serdes,
  StreamsBuilder,
  type KafkaConfig,
  type ResetReport,
  type StreamsConfig,
  type Topology,
} from '@ouzel/streams';
import { eventually, fresh } from './real-kafka.js';
import { fetching, newTopic, producing, readUpTo, text } from './records.js';
import type { Acl } from './secured-kafka.js';

export type Guarantee = 'at_least_once' | 'exactly_once_v2';

/** What docs/SECURITY.md lists for an application that creates its internal topics itself. */
export function leastPrivileges(app: string, guarantee: Guarantee): Acl[] {
  const own = ['Read', 'Write', 'Create', 'Delete', 'DescribeConfigs'] as const;
  return [
    `Read group ${app}`,
    `Read topic ${app}.in`,
    `Write topic ${app}.out`,
    ...own.map((operation): Acl => `${operation} topic ${app}-*`),
    ...(guarantee === 'exactly_once_v2' ? ([`Write transactional id ${app}-*`] as const) : []),
  ];
}

/**
 * A stateful application with a repartition topic and a changelog, `<app>.in` -> count by value -> `<app>.out`. Its
 * topics lie outside of its prefix, so that nothing but their own permissions gives access to them.
 */
export class SecuredApp {
  readonly id = fresh('secured');
  readonly logged: string[] = [];
  readonly failures: Error[] = [];
  private streams: KafkaStreams | undefined;
  folder = '';
  private outside!: KafkaDriver;

  private constructor() {}

  /** `open` is a connection that may do everything. */
  static async on(open: KafkaConfig): Promise<SecuredApp> {
    const app = new SecuredApp();
    app.folder = await mkdtemp(join(tmpdir(), 'ouzel-secured-'));
    app.outside = kafkajs(open).createDriver({ clientId: 'outside' });
    await app.outside.connect();
    for (const name of ['in', 'out']) await newTopic(app.outside, `${app.id}.${name}`);
    return app;
  }

  get admin() {
    return this.outside.admin;
  }

  /** Rejects with what the client ends with. */
  async start(kafka: KafkaConfig, processingGuarantee: Guarantee, more: Partial<StreamsConfig> = {}): Promise<KafkaStreams> {
    const log = (message: string, error?: unknown) => void this.logged.push(message, inspect(error));
    const streams = (this.streams = new KafkaStreams(this.topology(), {
      applicationId: this.id,
      kafka: { requestTimeout: 5_000, ...kafka },
      processingGuarantee,
      commitInterval: 50,
      heartbeatInterval: 500,
      sessionTimeout: 10_000,
      stateDirectory: join(this.folder, 'state'),
      logger: { debug: log, info: log, warn: log, error: log },
      uncaughtHandler: (error) => {
        this.failures.push(error);
        return 'shutdown-client';
      },
      ...more,
    }));
    await streams.start();
    return streams;
  }

  reset(kafka: KafkaConfig): Promise<ResetReport> {
    const stateDirectory = join(this.folder, 'state');
    return resetApplication(this.topology(), { applicationId: this.id, kafka: { requestTimeout: 5_000, ...kafka }, stateDirectory });
  }

  private topology(): Topology {
    const builder = new StreamsBuilder();
    const both = { key: serdes.string, value: serdes.string };
    builder
      .stream<string, string>(`${this.id}.in`, both)
      .selectKey((value) => value)
      .groupByKey({ ...both, name: 'counts' })
      .count({ materialized: { store: 'counts', key: serdes.string, value: serdes.long } })
      .toStream()
      .to(`${this.id}.out`, { key: serdes.string, value: serdes.long });
    return builder.build();
  }

  /** Resolves when the client runs. Rejects with its failure where it has ended. */
  async running(): Promise<void> {
    await eventually(() => (this.streams!.state === 'RUNNING' || this.streams!.state === 'ERROR' ? true : undefined));
    const { failure } = this.streams!.status();
    if (failure !== null) throw failure;
  }

  /** Sends values from outside, and resolves to the last count of each in the first `count` outputs. */
  async counts(count: number, ...values: readonly string[]): Promise<Readonly<Record<string, number>>> {
    await this.send(...values);
    const fetcher = this.outside.createFetcher(fetching);
    fetcher.assign({ topic: `${this.id}.out`, partition: 0 }, 0);
    const records = await readUpTo(fetcher, count);
    await fetcher.close();
    return Object.fromEntries(records.map(({ key, value }) => [String(key), Number(value!.readBigInt64BE())]));
  }

  async send(...values: readonly string[]): Promise<void> {
    const producer = this.outside.createProducer(producing);
    for (const value of values) producer.send(text({ topic: `${this.id}.in`, partition: 0 }, value));
    await producer.flush();
    await producer.close(1_000);
  }

  async close(): Promise<void> {
    await this.streams?.close({ timeout: '10s' });
    await this.outside.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
