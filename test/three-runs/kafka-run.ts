import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Headers, KafkaStreams, serdes, silentLogger, StreamsBuilder, type StreamsConfig } from '@ouzel/streams';
import { partitionOf } from '@ouzel/core';
import type { KafkaConnection, KafkaDriver } from '@ouzel/kafka';
import { fetching, producing } from '../kafka/records.js';
import { outcome, type InputRecord, type Run } from './run.js';

const partitions = 2;
const deadlineMs = 10_000;
/** The records are of 1970: a broker deletes them as too old whenever it looks, by default every five minutes. */
const kept = { 'retention.ms': '-1' };

/**
 * Writes the input, runs the topology, and returns its output: as soon as that is the expected one, or at the deadline.
 * `unique` begins all names. With several parts, the client is stopped when a part is processed, loses its local state,
 * and is started again for the next part. The output is what consumers of committed records see.
 */
export async function runOnKafka(
  run: Run,
  kafka: KafkaConnection,
  unique: string,
  parts: readonly (readonly InputRecord[])[] = [run.records],
  config: Partial<StreamsConfig> = {},
): Promise<string[]> {
  const topic = (name: string) => `${unique}-${name}`;
  const topics = [...run.inputs, 'out'].map(topic);
  const folder = await mkdtemp(join(tmpdir(), 'ouzel-three-runs-'));
  const driver = kafka.createDriver({ clientId: unique });
  await driver.connect();
  try {
    await driver.admin.createTopics(topics.map((name) => ({ topic: name, partitions, replicationFactor: -1, config: kept })));
    for (const part of parts.slice(0, -1)) {
      await write(part, driver, topic);
      const streams = await started(run, kafka, unique, folder, config);
      await drained(run, driver, unique);
      await streams.close({ timeout: '10s' });
      await rm(folder, { recursive: true, force: true });
    }
    await write(parts.at(-1)!, driver, topic);
    const streams = await started(run, kafka, unique, folder, config);
    try {
      return await read(run, driver, topic('out'));
    } finally {
      await streams.close({ timeout: '10s' });
      await driver.admin.deleteTopics([...(await driver.admin.topics()).keys()].filter((name) => name.startsWith(unique)));
    }
  } finally {
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function started(
  run: Run,
  kafka: KafkaConnection,
  unique: string,
  folder: string,
  config: Partial<StreamsConfig>,
): Promise<KafkaStreams> {
  const topic = (name: string) => `${unique}-${name}`;
  const builder = new StreamsBuilder();
  run.build(builder, topic).to(topic('out'), { key: serdes.string, value: serdes.string });
  const streams = new KafkaStreams(builder.build(run.config ?? {}), {
    applicationId: unique,
    kafka,
    stateDirectory: folder,
    commitInterval: 100,
    outerJoinEmitInterval: 0,
    ...run.config,
    ...config,
    topicConfig: { ...kept, ...run.config?.topicConfig },
    logger: silentLogger,
  });
  await streams.start();
  return streams;
}

/** Waits until every topic that the topology reads is committed to its end. The outputs are written before a commit. */
async function drained(run: Run, driver: KafkaDriver, unique: string): Promise<void> {
  const notRead = [...(run.globals ?? []), 'out'].map((name) => `${unique}-${name}`);
  const isDrained = async () => {
    const all = [...(await driver.admin.topics()).values()].filter(({ topic }) => topic.startsWith(unique));
    const read = all.filter(({ topic }) => !notRead.includes(topic) && !topic.endsWith('-changelog'));
    const places = read.flatMap(({ topic, partitions: count }) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));
    const committed = await driver.admin.committedOffsets(unique, places);
    const ends = await driver.admin.listOffsets(places, 'latest', 'read_committed');
    const endOf = new Map(ends.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]));
    return committed.every(({ topic, partition, offset }) => offset === endOf.get(`${topic}-${partition}`));
  };
  for (const deadline = Date.now() + deadlineMs; !(await isDrained());) {
    if (Date.now() > deadline) throw new Error('the input was not read to its end');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Writes all records before the start, so that a task finds its inputs complete and takes them in the order of time.
 */
async function write(records: readonly InputRecord[], driver: KafkaDriver, topic: (name: string) => string): Promise<void> {
  const producer = driver.createProducer(producing);
  for (const { topic: name, key, value, at, partition } of records) {
    const bytes = Buffer.from(key);
    producer.send({
      topic: topic(name),
      partition: partition ?? partitionOf(bytes, partitions),
      key: bytes,
      value: value === null ? null : Buffer.from(value),
      timestamp: at,
      headers: Headers.empty,
    });
  }
  await producer.flush();
  await producer.close(1_000);
}

async function read(run: Run, driver: KafkaDriver, topic: string): Promise<string[]> {
  const fetcher = driver.createFetcher({ ...fetching, isolation: 'read_committed', maxWaitMs: 50 });
  for (let partition = 0; partition < partitions; partition++) fetcher.assign({ topic, partition }, 0);
  const found: [string, string | null][] = [];
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline && !isExpected(run, found);) {
    await fetcher.wait(50);
    for (const { records, error } of fetcher.take(1_000)) {
      if (error !== undefined) throw error;
      for (const { key, value } of records) found.push([String(key), value === null ? null : String(value)]);
    }
  }
  await fetcher.close();
  return outcome(run, found);
}

function isExpected(run: Run, found: readonly (readonly [string, string | null])[]): boolean {
  return outcome(run, found).join() === run.expected.join();
}
