/**
 * `node dist/bench/latency-during-restore.js --brokers host:port [--rows N] [--eos]`: how long records of a running
 * task take while another task of the same client restores a store. Prints the percentiles during the restore and
 * after it. The client is a process of its own, so that the load does not run on its thread.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Headers, KafkaStreams, serdes, silentLogger, StreamsBuilder } from '@ouzel/streams';
import type { KafkaDriver } from '@ouzel/kafka';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { fetching, producing } from '../kafka/records.js';

const { values: args } = parseArgs({
  options: {
    brokers: { type: 'string', default: '127.0.0.1:9092' },
    rows: { type: 'string', default: '1000000' },
    eos: { type: 'boolean', default: false },
    client: { type: 'string' },
  },
});
const brokers = args.brokers.split(',');
const recordsPerSecond = 500;
const tickMs = 10;

await (args.client === undefined ? measure() : runClient(args.client));

/** Runs an echo beside a count whose store is empty and whose changelog is long. Tells its parent of the restore. */
async function runClient(application: string): Promise<void> {
  const builder = new StreamsBuilder();
  const text = { key: serdes.string, value: serdes.string };
  builder.stream(`${application}-echo`, text).to(`${application}-out`, text);
  builder
    .stream(`${application}-in`, text)
    .groupByKey()
    .count({ materialized: { store: 'counts' } });
  const stateDirectory = mkdtempSync(join(tmpdir(), 'ouzel-bench-'));
  const streams = new KafkaStreams(builder.build(), {
    applicationId: application,
    kafka: { brokers },
    stateDirectory,
    processingGuarantee: args.eos ? 'exactly_once_v2' : 'at_least_once',
    commitInterval: 100,
    producer: { linger: 0 },
    logger: silentLogger,
  });
  streams.onRestore(({ kind, records }) => kind !== 'batch' && process.send!({ kind, records }));
  process.once('message', () => {
    void streams.close({ timeout: '10s' }).then(() => {
      rmSync(stateDirectory, { recursive: true, force: true });
      process.disconnect();
    });
  });
  await streams.start();
}

async function measure(): Promise<void> {
  const application = `latency-${Date.now().toString(36)}`;
  const driver = kafkajs({ brokers, logger: { warn: console.error } }).createDriver({ clientId: 'bench' });
  await driver.connect();
  const changelog = `${application}-counts-changelog`;
  const topic = (name: string, config = {}) => ({ topic: name, partitions: 1, replicationFactor: -1, config });
  await driver.admin.createTopics([
    topic(`${application}-echo`),
    topic(`${application}-in`),
    topic(`${application}-out`),
    topic(changelog, { 'cleanup.policy': 'compact' }),
  ]);
  await writeRows(driver, changelog, Number(args.rows));

  const client = fork(process.argv[1]!, [...process.argv.slice(2), '--client', application]);
  const latencies = { restoring: [] as number[], running: [] as number[] };
  let phase: keyof typeof latencies | undefined;
  let restored: { from: number; to: number; records: number } | undefined;
  client.on('message', ({ kind, records }: { kind: string; records: number }) => {
    if (kind === 'start') {
      phase = 'restoring';
      restored = { from: Date.now(), to: 0, records: 0 };
    } else {
      phase = 'running';
      restored = { from: restored!.from, to: Date.now(), records };
    }
  });
  await echo(
    driver,
    application,
    (latency) => phase !== undefined && latencies[phase].push(latency),
    () => latencies.running.length >= 5 * recordsPerSecond,
  );
  client.send('close');
  await once(client, 'exit');
  await driver.admin.deleteTopics([...(await driver.admin.topics()).keys()].filter((name) => name.startsWith(application)));
  await driver.close();
  console.log(`restored ${restored!.records} records in ${restored!.to - restored!.from} ms`);
  for (const [name, found] of Object.entries(latencies)) console.log(`${name}: ${percentiles(found)}`);
}

async function writeRows(driver: KafkaDriver, topic: string, rows: number): Promise<void> {
  const producer = driver.createProducer(producing);
  const value = Buffer.alloc(8);
  for (let i = 0; i < rows; i++) {
    producer.send({ topic, partition: 0, key: Buffer.from(`user-${i}`), value, timestamp: Date.now(), headers: Headers.empty });
    if (i % 10_000 === 9_999) await producer.flush();
  }
  await producer.flush();
  await producer.close(1_000);
}

/** Writes records that tell when they were written, and tells how long each took to come back. */
async function echo(driver: KafkaDriver, application: string, took: (ms: number) => void, isDone: () => boolean): Promise<void> {
  const producer = driver.createProducer({ ...producing, lingerMs: 0 });
  const fetcher = driver.createFetcher({ ...fetching, maxWaitMs: 100 });
  fetcher.assign({ topic: `${application}-out`, partition: 0 }, 0);
  const begun = performance.now();
  let written = 0;
  // Records that were written before the task was there have waited for it, not for the restore.
  let there: number | undefined;
  const writing = setInterval(() => {
    for (const due = ((performance.now() - begun) / 1_000) * recordsPerSecond; written < due; written++) {
      const value = Buffer.from(String(performance.now()));
      producer.send({ topic: `${application}-echo`, partition: 0, key: value, value, timestamp: Date.now(), headers: Headers.empty });
    }
  }, tickMs);
  while (!isDone()) {
    await fetcher.wait(1_000);
    const now = performance.now();
    for (const { records, error } of fetcher.take(10_000)) {
      if (error !== undefined) throw error;
      if (records.length > 0) there ??= now;
      for (const { value } of records) if (Number(value) > there!) took(now - Number(value));
    }
  }
  clearInterval(writing);
  await fetcher.close();
  await producer.close(1_000);
}

function percentiles(latencies: number[]): string {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => `${(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1)} ms`;
  return `${sorted.length} records, p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`;
}
