import {
  compareLocks,
  embedded,
  lockText,
  parseLock,
  serdes,
  Stores,
  StreamsBuilder,
  topologyLock,
  tumbling,
  type Serde,
  type TopologyLock,
} from '../../index.js';

const text = { key: serdes.string, value: serdes.string };
const named = (name: string): Serde<string> => ({ ...serdes.string, name });

function lockWith(build: (builder: StreamsBuilder) => void, applicationId = 'app'): TopologyLock {
  const builder = new StreamsBuilder();
  build(builder);
  return topologyLock(builder.build(), { applicationId, kafka: embedded() });
}

interface Counts {
  readonly store?: string;
  readonly by?: string;
  readonly key?: Serde<string>;
  readonly value?: Serde<string>;
  readonly window?: '1m' | '5m';
  readonly partitions?: number;
}

/** Counts payments by user: a repartition topic, and a store behind it. */
function counts({ store = 'counts', by = 'by-user', key = serdes.string, value = serdes.string, window, partitions }: Counts = {}) {
  return (builder: StreamsBuilder) => {
    const users = builder.stream('payment', text).selectKey((payment) => payment);
    const spread = users.repartition({ name: by, key, value, ...(partitions !== undefined && { partitions }) }).groupByKey({ key, value });
    if (window === undefined) spread.count({ materialized: { store, key } });
    else spread.windowedBy(tumbling(window)).count({ materialized: { store, key } });
  };
}
const changes = (before: Counts, after: Counts) => compareLocks(lockWith(counts(before)), lockWith(counts(after)));
const effects = (before: Counts, after: Counts) => changes(before, after).map(({ effect, where }) => [effect, where]);

describe('a topology lock', () => {
  it('has what stays in Kafka and on disk, for any application id', () => {
    const lock = lockWith(counts({ window: '1m', partitions: 6 }));
    expect(lock).toEqual({
      version: 1,
      subTopologies: [
        { sources: ['<application>-by-user-repartition'], stores: ['counts'] },
        { sources: ['payment'], stores: [] },
      ],
      stores: {
        counts: {
          kind: 'window store',
          rows: 'timestamped-window',
          options: {
            access: 'point',
            loggedRetentionMs: 60_000,
            order: 'key',
            retainDuplicates: false,
            retentionMs: 60_000,
            sizeMs: 60_000,
            values: 'timestamped',
          },
          key: 'string',
          value: 'long',
          persistent: true,
          changelog: '<application>-counts-changelog',
        },
      },
      repartitionTopics: { '<application>-by-user-repartition': { key: 'string', value: 'string', partitions: 6 } },
      globalStores: {},
    });
    expect(lockText(lockWith(counts({ window: '1m', partitions: 6 }), 'another'))).toBe(lockText(lock));
    expect(parseLock(lockText(lock), 'topology.lock.json')).toEqual(lock);
  });

  it.each([
    ['no JSON', 'hello', /it is not JSON/],
    ['a later version', '{"version":2}', /not a topology lock of version 1/],
    ['half a lock', '{"version":1,"subTopologies":[]}', /parts of the topology lock are missing/],
  ])('is not read from %s', (_name, content, message) => {
    expect(() => parseLock(content, 'x.json')).toThrow(message);
  });

  it('has the names of all serdes, those inside others too', () => {
    const inside = lockWith((builder) => {
      const left = builder.table('left', { ...text, materialized: { store: 'left' } });
      const right = builder.table('right', { ...text, materialized: { store: 'right' } });
      left.join(right, (value, other) => value + other, {
        foreignKey: (value) => value,
        name: 'fk',
        materialized: { store: 'joined', ...text },
      });
      left.groupBy((value) => [value, value], { ...text, name: 'by-value' }).count({ materialized: { store: 'n' } });
    });
    const values = Object.values(inside.repartitionTopics).map(({ value }) => value);
    expect(values.sort()).toEqual(['change(string)', 'subscription response(string)', 'subscription(string)']);
    class Money implements Serde<string> {
      readonly serialize = serdes.string.serialize;
      readonly deserialize = serdes.string.deserialize;
    }
    const ofClass = lockWith(counts({ key: new Money(), value: { ...serdes.list(serdes.json()), ...serdes.string, name: 'mine' } }));
    expect(ofClass.repartitionTopics).toEqual({ '<application>-by-user-repartition': { key: 'Money', value: 'mine', partitions: null } });
    expect([serdes.list(serdes.bigint).name, serdes.nullable(serdes.json()).name, serdes.timeWindowed(serdes.uuid, '1m').name]).toEqual([
      'list(long)',
      'json',
      'timeWindowed(uuid)',
    ]);
  });
});

describe('a comparison of topology locks', () => {
  it('finds nothing where operators and sinks are added', () => {
    const more = (builder: StreamsBuilder) => {
      counts()(builder);
      builder
        .stream('another', text)
        .filter(() => true)
        .to('out');
    };
    expect(compareLocks(lockWith(counts()), lockWith(more))).toEqual([]);
  });

  it('calls new stores and topics harmless', () => {
    const more = (builder: StreamsBuilder) => {
      counts()(builder);
      builder.table('user', { ...text, materialized: { store: 'users' } });
      builder.globalTable('rate', { ...text, materialized: { store: 'rates' } });
    };
    expect(compareLocks(lockWith(counts()), lockWith(more)).map(({ effect, where }) => [effect, where])).toEqual([
      ['harmless', 'store "users"'],
      ['harmless', 'global store "rates"'],
    ]);
  });

  it('says that a renamed store leaves its state and its changelog behind, and how to keep them', () => {
    expect(changes({}, { store: 'totals' })[0]).toMatchObject({
      effect: 'orphans',
      where: 'store "counts"',
      what: 'is gone, and "totals", which looks the same, is new and begins empty: its local state and its changelog <application>-counts-changelog stay behind',
      choices: expect.arrayContaining(["if it was renamed, give it its name again: { store: 'counts' }"]) as unknown,
    });
  });

  it('says that a store is gone', () => {
    const [gone] = compareLocks(
      lockWith(counts()),
      lockWith((builder) => builder.stream('payment', text).to('out')),
    );
    expect(gone).toMatchObject({ effect: 'orphans', where: 'store "counts"', what: expect.stringMatching(/^is gone: /) as unknown });
  });

  it.each<[string, Counts, Counts, [string, string][]]>([
    [
      'the serde of a store',
      {},
      { key: named('user-v2') },
      [
        ['orphans', 'store "counts"'],
        ['orphans', 'repartition topic <application>-by-user-repartition'],
      ],
    ],
    [
      'the serde of a repartition topic',
      {},
      { value: named('payment-v2') },
      [['orphans', 'repartition topic <application>-by-user-repartition']],
    ],
    ['the kind of a store', {}, { window: '1m' }, [['orphans', 'store "counts"']]],
    ['the number of partitions', {}, { partitions: 6 }, [['orphans', 'repartition topic <application>-by-user-repartition']]],
  ])('finds that %s has changed', (_name, before, after, expected) => {
    expect(effects(before, after)).toEqual(expected);
  });

  it('finds that the size of windows has changed, and calls the retention harmless', () => {
    const found = changes({ window: '1m' }, { window: '5m' });
    expect(found.map(({ effect, what }) => [effect, what.split(' ')[0]])).toEqual([
      ['orphans', 'sizeMs'],
      ['harmless', 'loggedRetentionMs'],
      ['harmless', 'retentionMs'],
    ]);
  });

  it('says that a renamed repartition topic leaves records behind', () => {
    const [topic, ...others] = changes({}, { by: 'by-payer' });
    expect(topic).toMatchObject({
      effect: 'orphans',
      choices: expect.arrayContaining(["if it was renamed, give it its name again: { name: 'by-user' }"]) as unknown,
    });
    expect(others.map(({ effect }) => effect)).toEqual(['restores', 'harmless']);
  });

  it('finds that a store has lost its changelog, or lies in memory now', () => {
    const kept = (materialized: object) =>
      lockWith(
        (builder) =>
          void builder
            .table('user', { ...text, materialized: { store: 'users' } })
            .groupBy((v) => [v, v], { ...text, name: 'v' })
            .count({ materialized: { store: 'n', ...materialized } }),
      );
    const of = (materialized: object) => compareLocks(kept({}), kept(materialized)).map(({ effect, where }) => [effect, where]);
    expect(of({ logging: false })).toEqual([['orphans', 'store "n"']]);
    expect(of({ store: Stores.inMemoryKeyValueStore('n') })).toEqual([['restores', 'store "n"']]);
  });

  it('finds sub-topologies that are one now, and those that are two', () => {
    const tables = (join: boolean) =>
      lockWith((builder) => {
        const left = builder.table('left', { ...text, materialized: { store: 'left' } });
        const right = builder.table('right', { ...text, materialized: { store: 'right' } });
        if (join) left.join(right, (a) => a, { name: 'join' });
      });
    const merged = compareLocks(tables(false), tables(true)).filter(({ effect }) => effect === 'orphans');
    expect(merged.map(({ where }) => where)).toEqual(['the sub-topology of left', 'the sub-topology of right']);
    expect(compareLocks(tables(true), tables(false)).filter(({ effect }) => effect === 'orphans')).toMatchObject([
      { where: 'the sub-topology of left, right', what: expect.stringMatching(/^is split into 2/) as unknown },
    ]);
  });

  it('says that state is restored where a sub-topology gets another source', () => {
    const fed = (...topics: string[]) =>
      lockWith(
        (builder) =>
          void builder
            .stream(topics, text)
            .groupByKey(text)
            .count({ materialized: { store: 'n' } }),
      );
    expect(compareLocks(fed('a'), fed('a', 'b')).map(({ effect, what }) => [effect, what])).toEqual([
      ['restores', 'its sources or stores changed, so that its tasks have other folders: "n" is restored from the changelog'],
      ['harmless', 'reads b too'],
    ]);
  });
});
