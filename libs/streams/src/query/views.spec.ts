import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KafkaDriver } from '@ouzel/kafka';
import {
  embedded,
  Headers,
  KafkaStreams,
  OuzelError,
  partitionOf,
  serdes,
  session,
  silentLogger,
  StoreNotAvailableError,
  Stores,
  StreamsBuilder,
  tumbling,
  untilWindowCloses,
  within,
  type KeyValueStoreView,
  type SessionStoreView,
  type StoreView,
  type WindowStoreView,
} from '../index.js';

const text = { key: serdes.string, value: serdes.string };
const rows = 400;

/** Asks until the answer is there. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`this did not come about: ${ask.toString()}`);
}

/** One store of each kind that can be scanned, and stores that only their operators read. */
function topology() {
  const builder = new StreamsBuilder();
  const input = builder.stream('in', text);
  const byKey = input.groupByKey();
  byKey.count({ materialized: { store: 'counts', caching: false } });
  const perMinute = byKey.windowedBy(tumbling('1m')).count({ materialized: { store: 'windows', caching: false } });
  byKey.windowedBy(session('1m')).count({ materialized: { store: 'sessions', caching: false } });
  perMinute.suppress(untilWindowCloses(), { name: 'final' });
  const other = builder.stream('other-in', text);
  const join = { ...text, left: serdes.string, right: serdes.string, window: within('1m') };
  input.outerJoin(other, (left, right) => `${left}${right}`, { ...join, name: 'joined', store: 'joined' });
  const versions = Stores.persistentVersionedKeyValueStore('versions', { history: '1h' });
  const table = other.toTable({ materialized: { store: versions, ...text } });
  input.join(table, (left, right) => left + right, { name: 'graced', grace: '1m' });
  const rightTable = builder.table('table', text);
  const leftTable = input.toTable({ name: 'left-table' });
  builder.globalTable('global', { ...text, materialized: { store: 'everywhere' } });
  leftTable.join(rightTable, (left, right) => left + right, { name: 'foreign', foreignKey: (value) => value });
  return builder.build();
}

describe('views of stores', () => {
  let folder: string;
  let kafka: ReturnType<typeof embedded>;
  let driver: KafkaDriver;
  const running: KafkaStreams[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-views-'));
    kafka = embedded();
    driver = kafka.createDriver({ clientId: 'test' });
    await driver.connect();
    await driver.admin.createTopics(
      ['in', 'other-in', 'table', 'global'].map((topic) => ({ topic, partitions: 2, replicationFactor: -1, config: {} })),
    );
    const producer = driver.createProducer({
      lingerMs: 0,
      batchSize: 65_536,
      maxRequestSize: 1_048_576,
      compression: 'none',
      deliveryTimeoutMs: 10_000,
    });
    for (let i = 0; i < rows; i++) {
      const key = Buffer.from(`key-${String(i).padStart(4, '0')}`);
      const record = { key, value: Buffer.from('v'), timestamp: 1_000_000, headers: Headers.empty };
      producer.send({ topic: 'in', partition: partitionOf(key, 2), ...record });
    }
    await producer.flush();
    await producer.close(1_000);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((streams) => streams.close({ timeout: '5s' })));
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(instance: string): Promise<KafkaStreams> {
    const streams = new KafkaStreams(topology(), {
      applicationId: 'app',
      kafka,
      stateDirectory: join(folder, instance),
      commitInterval: 20,
      heartbeatInterval: 100,
      sessionTimeout: 5_000,
      logger: silentLogger,
    });
    running.push(streams);
    await streams.start();
    return streams;
  }

  /** A client that has all rows, committed, so that they are read from disk. */
  async function filled(): Promise<KafkaStreams> {
    const streams = await start('a');
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    await eventually(async () => ((await counts.approximateNumEntries().catch(() => 0)) >= rows ? true : undefined));
    const input = () => streams.status().tasks.flatMap(({ partitions }) => partitions);
    await eventually(async () => (input().every(({ lag }) => lag === 0) ? true : undefined));
    return streams;
  }

  const scans: readonly (readonly [string, string, (view: StoreView) => AsyncIterable<unknown>])[] = [
    ['a key-value store', 'counts', (view) => (view as KeyValueStoreView<string, number>).all()],
    ['a window store', 'windows', (view) => (view as WindowStoreView<string, number>).all()],
    ['a session store', 'sessions', (view) => (view as SessionStoreView<string, number>).fetch(null, null)],
  ];

  it.each(scans)(
    'a scan of %s that a close interrupts ends with all rows, or says that the store is not available',
    async (_, name, scan) => {
      const streams = await filled();
      let read = 0;
      let failure: unknown;
      try {
        for await (const _entry of scan(streams.store(name))) if (++read === 10) await streams.close();
      } catch (thrown) {
        failure = thrown;
      }
      if (failure === undefined) expect(read).toBe(rows);
      else expect([failure, (failure as StoreNotAvailableError).reason]).toEqual([expect.any(StoreNotAvailableError), 'stopped']);
    },
  );

  it('a scan during which a task moves to another instance ends with all rows, or says so', async () => {
    const first = await filled();
    let read = 0;
    let failure: unknown;
    try {
      for await (const _entry of (first.store('counts') as KeyValueStoreView<string, number>).all()) {
        if (++read !== 10) continue;
        const second = await start('b');
        await eventually(async () => (second.status().tasks.some(({ state }) => state === 'RUNNING') ? true : undefined));
      }
    } catch (thrown) {
      failure = thrown;
    }
    if (failure === undefined) expect(read).toBe(rows);
    else expect(failure).toBeInstanceOf(StoreNotAvailableError);
  });

  it('merges the rows of all tasks by key, in both directions, up to a limit', async () => {
    const counts = (await filled()).store('counts') as KeyValueStoreView<string, number>;
    const keys = async (entries: AsyncIterable<readonly [string, number]>) => {
      const found: string[] = [];
      for await (const [key] of entries) found.push(key);
      return found;
    };
    expect(await keys(counts.all({ limit: 3 }))).toEqual(['key-0000', 'key-0001', 'key-0002']);
    expect(await keys(counts.all({ limit: 2, reverse: true }))).toEqual(['key-0399', 'key-0398']);
    expect(await keys(counts.range('key-0010', 'key-0012'))).toEqual(['key-0010', 'key-0011', 'key-0012']);
  });

  it.each([
    ['final-store', 'suppression buffer'],
    ['graced-Buffer', 'buffer of a join with grace'],
    ['joined-outer-shared-join-store', 'store of the unmatched records of a stream join'],
    ['foreign-subscription-store', 'subscription store of a foreign-key join'],
  ])('the store "%s" has no view, because it is the %s', async (name, kind) => {
    const streams = await start('a');
    const view = () => streams.store(name);
    expect(view).toThrow(OuzelError);
    expect(view).toThrow(
      expect.objectContaining({ code: 'OUZEL_STORE_UNKNOWN', message: expect.stringContaining(`"${name}" is the ${kind}`) as unknown }),
    );
  });

  it('names the stores that can be read where a name is unknown', async () => {
    const streams = await start('a');
    const failure = expect.objectContaining({
      code: 'OUZEL_STORE_UNKNOWN',
      message: expect.stringContaining('"count"') as unknown,
    }) as Error;
    expect(() => streams.store('count')).toThrow(failure);
    expect(() => streams.store('count')).toThrow(/There are: .*counts, .*everywhere/);
    expect(() => streams.store('count')).not.toThrow(/final-store/);
  });

  it('refuses a key that is null, with the name of the store', async () => {
    const counts = (await filled()).store('counts') as KeyValueStoreView<string | null, number>;
    await expect(counts.get(null)).rejects.toMatchObject({
      code: 'OUZEL_STATE',
      message: expect.stringContaining('store "counts": a key must not be null') as unknown,
    });
  });

  it('scans run side by side, and a step of one may begin before the former step has ended', async () => {
    const counts = (await filled()).store('counts') as KeyValueStoreView<string, number>;
    const [up, down] = [counts.all(), counts.all({ reverse: true })].map((scan) => scan[Symbol.asyncIterator]());
    const found = await Promise.all([up!.next(), down!.next(), up!.next(), down!.next()]);
    expect(found.map(({ value }) => (value as [string, number])[0])).toEqual(['key-0000', 'key-0399', 'key-0001', 'key-0398']);
    await Promise.all([up!.return!(), down!.return!()]);
    expect((await up!.next()).done).toBe(true);
  });

  it.each(scans)('a scan of %s that is left after the client has closed ends quietly', async (_, name, scan) => {
    const streams = await filled();
    let read = 0;
    for await (const _entry of scan(streams.store(name))) {
      await streams.close();
      read++;
      break;
    }
    expect(read).toBe(1);
  });

  it('the window store of a stream join can be read', async () => {
    const streams = await filled();
    const view = streams.store('joined-outer-this-join-store') as WindowStoreView<string, string>;
    const found: unknown[] = [];
    for await (const entry of view.fetchRange('key-0001', 'key-0001', 0, 2_000_000)) found.push(entry);
    expect(found).toEqual([[{ key: 'key-0001', window: { start: 1_000_000, end: 1_120_000 } }, 'v']]);
  });
});
