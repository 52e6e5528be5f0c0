import { specOf } from '../state/kind/store-supplier.js';
import { serdes } from '../serdes/serdes.js';
import type { TimestampedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { StreamGlobalTableJoin } from './stream-global-table-join.js';

const rates = specOf(Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore('rates'), serdes.string, serdes.string))!;

/** Values name a row by what stands before the colon. */
async function joined(kind: 'inner' | 'left', on: (value: string) => string | null = (value) => value.split(':')[0] || null) {
  const join = new StreamGlobalTableJoin<string | null, string | null, string, string, string>({
    kind,
    store: 'rates',
    on: (value) => on(value!),
    joiner: (value, row) => `${value}+${row}`,
  });
  const bench = await OperatorBench.open(join, [rates]);
  bench.getStateStore<TimestampedKeyValueStore<string, string>>('rates').put('eur', { value: 'EUR', timestamp: 99 });
  return bench;
}

describe('a stream joined with a global table', () => {
  it.each(['inner', 'left'] as const)('finds the row that a record names, whatever the key of the record (%s)', async (kind) => {
    const bench = await joined(kind);
    await bench.pipe('k', 'eur:1', 5);
    await bench.pipe(null, 'eur:2', 6);
    expect(bench.text()).toEqual(['k=eur:1+EUR@5', 'null=eur:2+EUR@6']);
  });

  it('has no result in an inner join where there is no such row, and null in a left join', async () => {
    const inner = await joined('inner');
    await inner.pipe('k', 'usd:1', 5);
    expect(inner.text()).toEqual([]);
    expect(inner.dropped).toEqual([]);
    const left = await joined('left');
    await left.pipe('k', 'usd:1', 5);
    expect(left.text()).toEqual(['k=usd:1+null@5']);
  });

  it.each([null, undefined])(
    'drops a record that names no row (%s) in an inner join, and joins it with null in a left join',
    async (none) => {
      const on = () => none as string | null;
      const inner = await joined('inner', on);
      await inner.pipe('k', 'v', 5);
      expect(inner.text()).toEqual([]);
      expect(inner.dropped).toEqual(['null-key-or-value']);
      const left = await joined('left', on);
      await left.pipe('k', 'v', 5);
      expect(left.text()).toEqual(['k=v+null@5']);
    },
  );

  it('drops a null value without asking what it names', async () => {
    const on = () => {
      throw new Error('asked');
    };
    for (const kind of ['inner', 'left'] as const) {
      const bench = await joined(kind, on);
      await bench.pipe('k', null, 5);
      expect(bench.text()).toEqual([]);
      expect(bench.dropped).toEqual(['null-key-or-value']);
    }
  });
});
