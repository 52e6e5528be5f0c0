// node dist/damage/instance.js FOLDER ROUND [wait]: one instance of an application that keeps the latest value of each
// key, on an embedded Kafka in the same folder.
//
// It writes a round of values, waits until it has them, and compares every row of its store with what was written in
// this round and those before. It prints `written` when Kafka has the values. `wait`: it does so for a second round
// after a line came in on its standard input. The last line that it prints is a Report.
import { once } from 'node:events';
import { join } from 'node:path';
import { embedded, KafkaStreams, OuzelError, serdes, silentLogger, StreamsBuilder, Headers, partitionOf } from '@ouzel/streams';
import type { KeyValueStoreView } from '@ouzel/streams';

/** The report of an instance. */
export interface Report {
  /** Keys whose value was not the one that was written last. */
  readonly wrong: readonly string[];
  readonly wiped: number;
  /** Code of the error that ended the client; null when none did. */
  readonly failure: string | null;
  readonly message: string | null;
}

const keyCount = 4_000;
const padding = 'x'.repeat(1_000);
const keys = Array.from({ length: keyCount }, (_, i) => `key-${i}`);

/** Round 0 writes all keys, each later one a third of them. */
const isWritten = (index: number, round: number) => round === 0 || index % 3 === round % 3;
const valueOf = (key: string, round: number) => `${key} of round ${round} ${padding}`;

function lastRound(index: number, round: number): number {
  let last = round;
  while (!isWritten(index, last)) last--;
  return last;
}

class Instance {
  private readonly kafka = embedded({ directory: join(this.folder, 'kafka') });
  private readonly streams: KafkaStreams;

  constructor(private readonly folder: string) {
    this.kafka.createTopics([{ topic: 'values', partitions: 2 }]);
    const builder = new StreamsBuilder();
    builder
      .stream('values', { key: serdes.string, value: serdes.string })
      .groupByKey({ key: serdes.string, value: serdes.string })
      .reduce((_, value) => value, { materialized: { store: 'latest', caching: false } });
    this.streams = new KafkaStreams(builder.build(), {
      applicationId: 'app',
      kafka: this.kafka,
      stateDirectory: join(folder, 'state'),
      commitInterval: 50,
      logger: silentLogger,
    });
  }

  async start(): Promise<void> {
    await this.streams.start();
    await this.until(() => this.streams.state === 'RUNNING');
  }

  async write(round: number): Promise<void> {
    const driver = this.kafka.createDriver({ clientId: 'writer' });
    await driver.connect();
    const options = { lingerMs: 5, batchSize: 262_144, maxRequestSize: 1_048_576, compression: 'none', deliveryTimeoutMs: 10_000 } as const;
    const producer = driver.createProducer(options);
    for (const [i, text] of keys.entries()) {
      if (!isWritten(i, round)) continue;
      const key = Buffer.from(text);
      const value = Buffer.from(valueOf(text, round));
      producer.send({ topic: 'values', partition: partitionOf(key, 2), key, value, timestamp: 0, headers: Headers.empty });
    }
    await producer.flush();
    console.log('written');
    await driver.close();
    await this.until(() => this.streams.status().tasks.every(({ partitions }) => partitions.every(({ lag }) => lag === 0)));
  }

  /** Keys with a wrong value after this round, by point access and by a scan. */
  async wrong(round: number): Promise<string[]> {
    const view = this.streams.store('latest') as KeyValueStoreView<string, string>;
    const wrong = new Set<string>();
    const expected = new Map(keys.map((key, i) => [key, valueOf(key, lastRound(i, round))]));
    for (const [key, value] of expected) if ((await this.asked(() => view.get(key))) !== value) wrong.add(key);
    const scanned = await this.asked(async () => {
      const rows = new Map<string, string>();
      for await (const [key, value] of view.all()) rows.set(key, value);
      return rows;
    });
    for (const [key, value] of expected) if (scanned.get(key) !== value) wrong.add(key);
    for (const key of scanned.keys()) if (!expected.has(key)) wrong.add(key);
    return [...wrong];
  }

  get wiped(): number {
    return this.streams.metrics.collect().find(({ name }) => name === 'ouzel_state_wiped_total')!.samples[0]!.value;
  }

  close(): Promise<void> {
    return this.streams.close();
  }

  /** Asks until the store can be read: a task that is made anew can not be read meanwhile. */
  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      this.checkState();
      try {
        return await ask();
      } catch (thrown) {
        if (!(thrown instanceof OuzelError && /^OUZEL_ST(ORE|ATE)/.test(thrown.code))) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  private async until(holds: () => boolean): Promise<void> {
    for (; !holds(); await new Promise((resolve) => setTimeout(resolve, 10))) this.checkState();
  }

  private checkState(): void {
    const { failure } = this.streams.status();
    if (failure !== null) throw failure;
  }
}

function report(found: Partial<Report>): void {
  console.log(JSON.stringify({ wrong: [], wiped: 0, failure: null, message: null, ...found } satisfies Report));
}

const [folder, first, waits] = process.argv.slice(2);
const round = Number(first);
try {
  const instance = new Instance(folder!);
  await instance.start();
  await instance.write(round);
  const wrong = await instance.wrong(round);
  if (waits !== undefined) {
    console.log('waiting');
    await once(process.stdin, 'data');
    process.stdin.destroy();
    await instance.write(round + 1);
    wrong.push(...(await instance.wrong(round + 1)));
  }
  report({ wrong, wiped: instance.wiped });
  await instance.close();
} catch (thrown) {
  const { code = 'none', message } = thrown as { code?: string; message: string };
  report({ failure: code, message });
}
// The embedded Kafka and a client that failed may keep timers.
process.exit();
