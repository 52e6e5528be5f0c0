import {
  partitionOf,
  serdes,
  session,
  Stores,
  StreamsBuilder,
  tumbling,
  type KafkaStreams,
  type KeyValueStore,
  type KeyValueStoreView,
  type Processor,
  type ProcessorContext,
  type SessionStoreView,
  type StreamRecord,
  type Topology,
  type VersionedStoreView,
  type WindowStoreView,
} from '../index.js';
import { EmbeddedApp, text, until } from '../embedded-app.spec-support.js';
import { shared, startAsked } from './instances.spec-support.js';

const minute = 60_000;

/** Keeps the latest value of each key in a store without timestamps. */
class Keep implements Processor<string, string, unknown, unknown> {
  private store!: KeyValueStore<string, string>;

  init(context: ProcessorContext<unknown, unknown>): void {
    this.store = context.getStateStore('plain');
  }

  process({ key, value }: StreamRecord<string, string>): void {
    this.store.put(key, value);
  }
}

/** A store of each kind that views can ask. */
function topology(): Topology {
  const builder = new StreamsBuilder();
  const input = builder.stream('in', text);
  const byKey = input.groupByKey();
  byKey.count({ materialized: { store: 'counts' } });
  byKey.count({ materialized: { store: Stores.inMemoryKeyValueStore('counts-in-memory') } });
  byKey.windowedBy(tumbling('1m', { grace: '10m' })).count({ materialized: { store: 'windows', caching: false } });
  byKey.windowedBy(session('1m')).count({ materialized: { store: 'sessions' } });
  const versions = Stores.persistentVersionedKeyValueStore('versions', { history: '1h' });
  input.toTable({ materialized: { store: versions, ...text } });
  builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('plain'), serdes.string, serdes.string));
  input.process(() => new Keep(), { stores: ['plain'] });
  return builder.build();
}

const keys = Array.from({ length: 60 }, (_, i) => `key-${String(i).padStart(3, '0')}`);

async function listed<T>(scan: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of scan) found.push(entry);
  return found;
}

/** Starts instances for two tasks of each sub-topology, and returns the one that is asked. */
const ways: readonly (readonly [string, (start: (name: string) => Promise<KafkaStreams>) => Promise<KafkaStreams>])[] = [
  [
    'has all tasks',
    async (start) => {
      const one = await start('one');
      await shared([one], [2]);
      return one;
    },
  ],
  [
    'has one task of two',
    async (start) => {
      const all = [await start('one'), await start('two')];
      await shared(all, [1, 1]);
      return all[1]!;
    },
  ],
  [
    'has no task',
    async (start) => {
      const all = [await start('one'), await start('two'), await start('three')];
      await until(() => all.every(({ state }) => state === 'RUNNING') && all.some((one) => one.status().tasks.length === 0));
      await until(() => all.flatMap((one) => one.status().tasks).length === 2);
      return all.find((one) => one.status().tasks.length === 0)!;
    },
  ],
];

describe.each(ways)('a query of an instance that %s', (_, startAll) => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 });

  async function filled(config: Record<string, unknown> = {}): Promise<KafkaStreams> {
    const streams = await startAll((name) => startAsked(app, name, topology(), config));
    const records = keys.map((key) => ({ key, value: `v-${key}`, timestamp: 5 * minute, partition: partitionOf(Buffer.from(key), 2) }));
    await app.send('in', ...records, ...records.map((record) => ({ ...record, timestamp: 6 * minute, value: 'newer' })));
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    await until(async () => (await listed(counts.all())).filter(([, count]) => count === 2).length === keys.length);
    return streams;
  }

  it('finds each key of each kind of store, and none that is not there', async () => {
    const streams = await filled();
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    const inMemory = streams.store('counts-in-memory') as KeyValueStoreView<string, number>;
    const plain = streams.store('plain') as KeyValueStoreView<string, string>;
    const windows = streams.store('windows') as WindowStoreView<string, number>;
    const sessions = streams.store('sessions') as SessionStoreView<string, number>;
    const versions = streams.store('versions') as VersionedStoreView<string, string>;
    for (const key of keys.slice(0, 10)) {
      expect([await counts.get(key), await inMemory.get(key), await plain.get(key)]).toEqual([2, 2, 'newer']);
      expect([await windows.fetch(key, 5 * minute), await windows.fetch(key, 7 * minute)]).toEqual([1, null]);
      expect(await sessions.fetchSession(key, 5 * minute, 6 * minute)).toBe(2);
      expect(await versions.get(key)).toEqual({ value: 'newer', timestamp: 6 * minute, validTo: null });
      expect(await versions.get(key, 5 * minute)).toMatchObject({ value: `v-${key}`, timestamp: 5 * minute });
      expect(await counts.getRecord(key)).toMatchObject({ value: 2, timestamp: 6 * minute });
      expect(await windows.fetchRecord(key, 5 * minute)).toMatchObject({ value: 1, timestamp: 5 * minute });
    }
    expect([await counts.get('none'), await counts.getRecord('none'), await versions.get('none')]).toEqual([null, null, null]);
    await expect(plain.getRecord('key-000')).rejects.toMatchObject({ code: 'OUZEL_STATE' });
    await until(async () => (await inMemory.approximateNumEntries()) === keys.length);
  });

  it('merges the keys of all tasks in their order, in both directions and up to a limit', async () => {
    const streams = await filled();
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    expect(await listed(counts.all())).toEqual(keys.map((key) => [key, 2]));
    expect(await listed(counts.all({ reverse: true }))).toEqual(keys.map((key) => [key, 2]).reverse());
    expect(await listed(counts.all({ limit: 3 }))).toEqual(keys.slice(0, 3).map((key) => [key, 2]));
    expect(await listed(counts.range('key-010', 'key-012', { reverse: true, limit: 2 }))).toEqual([
      ['key-012', 2],
      ['key-011', 2],
    ]);
    expect(await listed(counts.prefixScan('key-02'))).toHaveLength(10);
    expect(await listed(counts.range('m', null))).toEqual([]);
  });

  it('has the windows and sessions of a key, and of all', async () => {
    const streams = await filled();
    const windows = streams.store('windows') as WindowStoreView<string, number>;
    const sessions = streams.store('sessions') as SessionStoreView<string, number>;
    const at = (key: string, start: number, end: number) => ({ key, window: { start: start * minute, end: end * minute } });
    expect(await listed(windows.fetchRange('key-001', 'key-001', 0, 9 * minute))).toEqual([
      [at('key-001', 5, 6), 1],
      [at('key-001', 6, 7), 1],
    ]);
    expect(await listed(windows.fetchAll(6 * minute, 6 * minute))).toHaveLength(keys.length);
    expect(await listed(windows.all({ limit: 5 }))).toHaveLength(5);
    expect(await listed(sessions.fetch('key-001'))).toEqual([[at('key-001', 5, 6), 2]]);
    expect(await listed(sessions.findSessions('key-001', 0, 9 * minute, { reverse: true }))).toHaveLength(1);
    expect(await listed(sessions.fetch(null, null))).toHaveLength(keys.length);
  });

  it('says how far the stores are, and waits for a position', async () => {
    const streams = await filled();
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    const partition = partitionOf(Buffer.from('key-001'), 2);
    const { value, lag, position } = await counts.get('key-001', { position: true });
    expect([value, lag, Object.keys(position), Object.keys(position.in!)]).toEqual([2, 0, ['in'], [String(partition)]]);
    const next = position.in![partition]! + 1;
    const behind = counts.get('key-001', { atLeast: { in: { [partition]: next } }, deadline: 500 });
    await expect(behind).rejects.toMatchObject({ code: 'OUZEL_STORE_NOT_AVAILABLE', reason: 'behind' });
    const waiting = counts.get('key-001', { atLeast: { in: { [partition]: next } }, deadline: '10s' });
    await app.send('in', { key: 'key-001', value: 'x', timestamp: 6 * minute, partition });
    expect(await waiting).toBe(3);
    expect(Object.keys((await counts.all().position()).in!)).toEqual(['0', '1']);
  });

  it('shows what is committed where it asks for that', async () => {
    const streams = await filled({ commitInterval: '1h' });
    const committed = { isolation: 'read_committed' } as const;
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    const windows = streams.store('windows') as WindowStoreView<string, number>;
    const sessions = streams.store('sessions') as SessionStoreView<string, number>;
    const versions = streams.store('versions') as VersionedStoreView<string, string>;
    expect([await counts.get('key-001'), await counts.get('key-001', committed)]).toEqual([2, null]);
    expect(await windows.fetch('key-001', 5 * minute, committed)).toBeNull();
    expect(await sessions.fetchSession('key-001', 5 * minute, 6 * minute, committed)).toBeNull();
    expect(await versions.get('key-001', undefined, committed)).toBeNull();
    expect(await listed(counts.all(committed))).toEqual([]);
    expect(await listed(windows.all(committed))).toEqual([]);
    expect(await listed(sessions.fetch(null, null, committed))).toEqual([]);
    expect((await counts.get('key-001', { ...committed, position: true })).position).not.toMatchObject({ in: { 0: 60 } });
  });

  it('shows in both ways what was committed', async () => {
    const streams = await filled();
    const committed = { isolation: 'read_committed' } as const;
    const counts = streams.store('counts') as KeyValueStoreView<string, number>;
    await until(async () => (await listed(counts.all(committed))).filter(([, count]) => count === 2).length === keys.length);
    const inMemory = streams.store('counts-in-memory') as KeyValueStoreView<string, number>;
    const windows = streams.store('windows') as WindowStoreView<string, number>;
    const sessions = streams.store('sessions') as SessionStoreView<string, number>;
    const versions = streams.store('versions') as VersionedStoreView<string, string>;
    expect([await inMemory.get('key-001', committed), await windows.fetch('key-001', 5 * minute, committed)]).toEqual([2, 1]);
    expect(await sessions.fetchSession('key-001', 5 * minute, 6 * minute, committed)).toBe(2);
    expect(await versions.get('key-001', 5 * minute, committed)).toMatchObject({ value: 'v-key-001' });
    expect(await listed(windows.all(committed))).toHaveLength(2 * keys.length);
    expect(await listed(sessions.fetch(null, null, committed))).toHaveLength(keys.length);
  });
});
