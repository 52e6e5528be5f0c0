import { specOf } from '../state/kind/store-supplier.js';
import { serdes } from '../serdes/serdes.js';
import type { TimestampedKeyValueStore, VersionedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { mapValuesView } from './computed-views.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { StreamTableJoin } from './stream-table-join.js';
import { storeView, type TableViewSpec } from './table-view.js';

const latest = specOf(Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore('table'), serdes.string, serdes.string))!;
const versions = specOf(
  Stores.versionedKeyValueStoreBuilder(Stores.persistentVersionedKeyValueStore('table', { history: 100 }), serdes.string, serdes.string),
)!;
const joiner = (value: string | null, row: string | null) => `${value}+${row}`;

async function joined(kind: 'inner' | 'left', spec = latest, table: TableViewSpec<string, string> = storeView<string, string>('table')) {
  const bench = await OperatorBench.open(
    new StreamTableJoin<string | null, string | null, string, string>({ kind, table: table, joiner }),
    [spec],
  );
  return { bench, rows: bench.getStateStore<any>('table') };
}

describe('a stream joined with a table', () => {
  it('finds the current row, and keeps its own time', async () => {
    const { bench, rows } = await joined('inner');
    (rows as TimestampedKeyValueStore<string, string>).put('a', { value: 'row', timestamp: 50 });
    await bench.pipe('a', 'v', 5);
    expect(bench.text()).toEqual(['a=v+row@5']);
  });

  it('forwards nothing where an inner join finds no row, which counts as no drop', async () => {
    const { bench } = await joined('inner');
    await bench.pipe('a', 'v', 5);
    expect(bench.text()).toEqual([]);
    expect(bench.dropped).toEqual([]);
  });

  it('has null for the row that a left join does not find', async () => {
    const { bench } = await joined('left');
    await bench.pipe('a', 'v', 5);
    expect(bench.text()).toEqual(['a=v+null@5']);
  });

  it('drops a null value always, a null key in an inner join only', async () => {
    const inner = await joined('inner');
    await inner.bench.pipe('a', null, 1);
    await inner.bench.pipe(null, 'v', 2);
    expect(inner.bench.text()).toEqual([]);
    expect(inner.bench.dropped).toEqual(['null-key-or-value', 'null-key-or-value']);
    const left = await joined('left');
    await left.bench.pipe('a', null, 1);
    await left.bench.pipe(null, 'v', 2);
    expect(left.bench.text()).toEqual(['null=v+null@2']);
    expect(left.bench.dropped).toEqual(['null-key-or-value']);
  });

  it('forwards a null result', async () => {
    const bench = await OperatorBench.open(
      new StreamTableJoin<string, string, string, string | null>({ kind: 'left', table: storeView('table'), joiner: () => null }),
      [latest],
    );
    await bench.pipe('a', 'v', 1);
    expect(bench.text()).toEqual(['a=null@1']);
  });

  it('refuses a joiner that answers a promise', async () => {
    const bench = await OperatorBench.open(
      new StreamTableJoin<string, string, string, unknown>({ kind: 'left', table: storeView('table'), joiner: () => Promise.resolve(1) }),
      [latest],
    );
    await bench.pipe('a', 'v', 1);
    expect(bench.failures).toMatchObject([{ code: 'OUZEL_PROMISE' }]);
  });
});

describe('a stream joined with a versioned table', () => {
  it('finds the row that was valid at the time of the record', async () => {
    const { bench, rows } = await joined('left', versions);
    const table = rows as VersionedKeyValueStore<string, string>;
    table.put('a', 'old', 10);
    table.put('a', 'new', 20);
    for (const time of [9, 10, 19, 20]) await bench.pipe('a', 'v', time);
    expect(bench.text()).toEqual(['a=v+null@9', 'a=v+old@10', 'a=v+old@19', 'a=v+new@20']);
  });

  it('does so through a view without a store too', async () => {
    const view = mapValuesView(storeView<string, string>('table'), (value) => value.toUpperCase());
    const { bench, rows } = await joined('left', versions, view);
    (rows as VersionedKeyValueStore<string, string>).put('a', 'old', 10);
    (rows as VersionedKeyValueStore<string, string>).put('a', 'new', 20);
    await bench.pipe('a', 'v', 15);
    expect(bench.text()).toEqual(['a=v+OLD@15']);
  });
});
