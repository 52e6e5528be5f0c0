import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Headers, silentLogger, type Topology } from '@ouzel/streams';
import {
  AtLeastOnce,
  BatchBuilder,
  batchesIn,
  Meters,
  planFor,
  plannedOf,
  RecordCache,
  RowCache,
  systemClock,
  systemRandom,
  OpenTask,
  type ChangelogRecord,
  type ConsumerRecord,
  type HeldRecords,
  type Producer,
  type ProducerRecord,
  type StreamTask,
  type TaskEnvironment,
} from '@ouzel/streams/testing';

/** Encodes records as a real producer does, and throws the bytes away. */
class EncodingProducer implements Producer {
  readonly bufferedBytes = 0;
  sent = 0;
  private batch = new BatchBuilder(256 * 1024);
  private offset = 0;

  send(record: ProducerRecord): void {
    this.sent++;
    this.batch.append(record, record.timestamp ?? 0);
    record.delivery?.delivered(record, this.offset++);
    if (this.batch.size < 256 * 1024) return;
    this.batch.seal();
    this.batch = new BatchBuilder(256 * 1024);
  }

  hold(): HeldRecords {
    return { bytes: 0, send: (record) => this.send(record), release: () => {} };
  }

  discard(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** One task of a topology on LevelDB. It takes encoded batches as a broker sends them, and commits at intervals. */
export class BenchTask {
  readonly producer = new EncodingProducer();
  private readonly strategy: AtLeastOnce;
  private fed = 0;

  private constructor(
    private readonly opened: OpenTask,
    private task: StreamTask | undefined,
    private readonly folder: string,
    producer: EncodingProducer,
  ) {
    this.producer = producer;
    this.strategy = new AtLeastOnce(producer, { confirm: () => Promise.resolve(), commit: async () => {} });
  }

  static async open(topology: Topology, cacheMaxBytes: number, more: Partial<TaskEnvironment> = {}): Promise<BenchTask> {
    const application = planFor(plannedOf(topology), { applicationId: 'bench' });
    const plan = application.subTopologies[0]!;
    const folder = await mkdtemp(join(tmpdir(), 'ouzel-bench-'));
    const producer = new EncodingProducer();
    const opened = await OpenTask.open(plan, 0, join(folder, 'task'), {
      applicationId: 'bench',
      stateDirectory: folder,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      handlers: { deserialization: 'fail', processing: 'fail', production: 'default', deadLetterTopic: undefined },
      onDropped: undefined,
      defaults: { key: undefined, value: undefined, timestamp: undefined },
      producer,
      counts: { known: () => 4, learn: async () => 4 },
      cache: cacheMaxBytes === 0 ? undefined : new RecordCache(cacheMaxBytes),
      rowCache: new RowCache(),
      meters: new Meters('info', systemClock),
      lag: { of: () => 0 },
      maxTaskIdleMs: 0,
      ...more,
    });
    return new BenchTask(opened, undefined, folder, producer);
  }

  async start(topics: readonly string[]): Promise<void> {
    this.task = await this.opened.start(topics.map((topic) => ({ topic, offset: 0, metadata: { partitionTime: -1, times: new Map() } })));
  }

  /** Decodes and processes encoded batches of a topic, and commits every `commitEvery` records. */
  async feed(topic: string, batches: readonly Buffer[], commitEvery: number): Promise<void> {
    const task = this.task!;
    const queue = task.queues.find((each) => each.topic === topic)!;
    let sinceCommit = 0;
    for (const bytes of batches) {
      const records = decode(bytes, topic, this.fed);
      this.fed += records.length;
      task.add(queue, records, this.fed);
      while (task.run(() => false, 0) > 0 || task.isBusy) if (task.isBusy) await task.idle();
      task.check();
      sinceCommit += records.length;
      if (sinceCommit < commitEvery) continue;
      sinceCommit = 0;
      await this.strategy.commit([task]);
    }
    await this.strategy.commit([task]);
  }

  restore(store: string, records: readonly ChangelogRecord[], next: number): Promise<void> {
    return this.opened.state.restore(store, records, next);
  }

  async close(): Promise<void> {
    await this.opened.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function decode(bytes: Buffer, topic: string, offset: number): ConsumerRecord[] {
  const records: ConsumerRecord[] = [];
  for (const batch of batchesIn(bytes)) {
    batch.check();
    bytes.writeBigInt64BE(BigInt(offset), 0);
    records.push(...batch.records({ topic, partition: 0 }));
  }
  return records;
}

/** Returns encoded batches that have `n` records together. */
export function encode(n: number, record: (i: number) => { key: string; value: string; timestamp: number }, perBatch = 2_500): Buffer[] {
  const batches: Buffer[] = [];
  for (let at = 0; at < n; at += perBatch) {
    const builder = new BatchBuilder(512 * 1024);
    for (let i = at; i < Math.min(n, at + perBatch); i++) {
      const { key, value, timestamp } = record(i);
      builder.append({ key: Buffer.from(key), value: Buffer.from(value), headers: Headers.empty }, timestamp);
    }
    batches.push(Buffer.from(builder.seal()));
  }
  return batches;
}
