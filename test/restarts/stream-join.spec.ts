import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { embedded, Headers, KafkaStreams, serdes, silentLogger, StreamsBuilder } from '@ouzel/streams';
import type { KafkaConnection, KafkaDriver } from '@ouzel/kafka';
import { inputs, pairs, placed, window, type Kind } from '../../libs/streams/src/operators/stream-join/join-oracle.spec-support.js';
import { fetching, producing } from '../kafka/records.js';

type Placed = ReturnType<typeof placed>;
const text = { key: serdes.string, value: serdes.string };
const options = { ...text, left: serdes.string, right: serdes.string, window };
const joiner = (left: string | null, right: string | null) => `${left}+${right}`;

function topologyOf(kind: Kind) {
  const builder = new StreamsBuilder();
  const left = builder.stream('left', text);
  const right = builder.stream('right', text);
  const joined =
    kind === 'inner'
      ? left.join(right, joiner, options)
      : kind === 'left'
        ? left.leftJoin(right, joiner, options)
        : left.outerJoin(right, joiner, options);
  joined.map((value, key, { timestamp }) => [key, `${key}=${value}@${timestamp}`]).to('out', text);
  return builder.build();
}

/** Records that end all windows on both sides, so that no record waits any longer. */
const end: Placed = [10_000, 20_000].flatMap((timestamp) =>
  (['left', 'right'] as const).map((side) => ({ side, key: 'z', value: 'end', timestamp })),
);

interface Part {
  /** How many records are written before the instance starts. */
  readonly records: number;
  /** How many turns of the event loop the instance runs. */
  readonly turns: number;
  /** Whether its local state is deleted afterwards. */
  readonly isLost: boolean;
}

/**
 * Joins the records in parts. Each part has an instance of its own, which is stopped in the middle of its work; the
 * last one reads to the end.
 */
async function joined(kind: Kind, records: Placed, parts: readonly Part[]): Promise<string[]> {
  const kafka = embedded();
  const driver = kafka.createDriver({ clientId: 'test' });
  await driver.connect();
  const folder = await mkdtemp(join(tmpdir(), 'ouzel-restarts-'));
  try {
    const topics = ['left', 'right', 'out'];
    await driver.admin.createTopics(topics.map((topic) => ({ topic, partitions: 1, replicationFactor: 1, config: {} })));
    let written = 0;
    for (const { records: count, turns, isLost } of parts) {
      await write(driver, records.slice(written, (written += count)));
      const streams = await started(kind, kafka, folder);
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      await streams.close({ timeout: '5s' });
      if (isLost) await rm(folder, { recursive: true, force: true });
    }
    await write(driver, [...records.slice(written), ...end]);
    const streams = await started(kind, kafka, folder);
    const found = await readToEnd(driver);
    await streams.close({ timeout: '5s' });
    return found.filter((line) => !line.startsWith('z='));
  } finally {
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(driver: KafkaDriver, records: Placed): Promise<void> {
  const producer = driver.createProducer(producing);
  for (const { side, key, value, timestamp } of records)
    producer.send({ topic: side, partition: 0, key: Buffer.from(key), value: Buffer.from(value), timestamp, headers: Headers.empty });
  await producer.flush();
  await producer.close(1_000);
}

async function started(kind: Kind, kafka: KafkaConnection, folder: string): Promise<KafkaStreams> {
  const streams = new KafkaStreams(topologyOf(kind), {
    applicationId: 'app',
    kafka,
    stateDirectory: folder,
    outerJoinEmitInterval: 0,
    commitInterval: 20,
    logger: silentLogger,
  });
  const running = new Promise<void>((resolve) => streams.onStateChange((to) => to === 'RUNNING' && resolve()));
  await streams.start();
  await running;
  return streams;
}

/** Reads until the last records have been joined. Results of earlier records come before that. */
async function readToEnd(driver: KafkaDriver): Promise<string[]> {
  const found: string[] = [];
  const fetcher = driver.createFetcher({ ...fetching, maxWaitMs: 20 });
  fetcher.assign({ topic: 'out', partition: 0 }, 0);
  while (!found.includes('z=end+end@20000')) {
    await fetcher.wait(20);
    for (const { records, error } of fetcher.take(1_000)) {
      if (error !== undefined) throw error;
      found.push(...records.map(({ value }) => String(value)));
    }
  }
  await fetcher.close();
  return found;
}

const parts = fc.array(fc.record({ records: fc.nat(20), turns: fc.nat(8), isLost: fc.boolean() }), { minLength: 1, maxLength: 3 });

it.each<Kind>(['inner', 'left', 'outer'])(
  'an %s join of streams finds across restarts what a comparison of all pairs finds, each result once',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(inputs, parts, async (list, cut) => {
        const records = placed(list);
        expect((await joined(kind, records, cut)).sort()).toEqual(pairs(kind, records).sort());
      }),
      { numRuns: 40 },
    );
  },
);
