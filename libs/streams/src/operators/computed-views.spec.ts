import { specOf } from '../state/kind/store-supplier.js';
import type { ProcessingContext, ValueTransformer } from '../processor/processor.js';
import { serdes } from '../serdes/serdes.js';
import type { KeyValueStore, TimestampedKeyValueStore, VersionedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { filterView, joinView, mapValuesView, transformValuesView } from './computed-views.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { PassThrough } from './pass-through.js';
import { storeView } from './table-view.js';

type Rows = TimestampedKeyValueStore<string, string>;

const latest = (name: string) =>
  specOf(Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), serdes.string, serdes.string))!;
const versions = specOf(
  Stores.versionedKeyValueStoreBuilder(Stores.persistentVersionedKeyValueStore('v', { history: 100 }), serdes.string, serdes.string),
)!;
const suffixes = specOf(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('suffixes'), serdes.string, serdes.string))!;

async function task() {
  const bench = await OperatorBench.open(new PassThrough(), [latest('l'), latest('r'), versions, suffixes]);
  const put = (store: string, value: string, timestamp: number) => bench.getStateStore<Rows>(store).put('a', { value, timestamp });
  return { bench, put };
}

const l = storeView<string, string>('l');
const upper = (value: string) => value.toUpperCase();

describe('a table computed when it is looked up', () => {
  it('is filtered and mapped on the way, with the time of the row', async () => {
    const { bench, put } = await task();
    const view = await mapValuesView(
      filterView(l, (value) => value !== 'hidden'),
      upper,
    ).open(bench);
    expect(view.get('a')).toBeNull();
    put('l', 'x', 5);
    expect(view.get('a')).toEqual({ value: 'X', timestamp: 5 });
    put('l', 'hidden', 6);
    expect(view.get('a')).toBeNull();
  });

  it('has no row where its mapper answers null', async () => {
    const { bench, put } = await task();
    put('l', 'x', 5);
    expect((await mapValuesView<string, string, string | null>(l, () => null).open(bench)).get('a')).toBeNull();
  });

  it('looks back where the table below keeps versions, and only there', async () => {
    const { bench } = await task();
    const rows = bench.getStateStore<VersionedKeyValueStore<string, string>>('v');
    rows.put('a', 'old', 10);
    rows.put('a', 'new', 20);
    const view = await mapValuesView(
      filterView(storeView<string, string>('v'), (value) => value !== 'new'),
      upper,
    ).open(bench);
    expect(view.getAsOf!('a', 15)).toEqual({ value: 'OLD', timestamp: 10 });
    expect(view.getAsOf!('a', 20)).toBeNull();
    expect((await mapValuesView(l, upper).open(bench)).getAsOf).toBeUndefined();
  });
});

describe('a transformed table without a store', () => {
  class Suffixing implements ValueTransformer<string, string | null, string> {
    private context!: ProcessingContext;

    init(context: ProcessingContext): void {
      this.context = context;
    }

    transform(value: string | null, key: string): string {
      const suffix = this.context.getStateStore<KeyValueStore<string, string>>('suffixes').get(key);
      return `${value}${suffix}${this.context.recordMetadata === null ? '' : ' of a record'}`;
    }
  }

  it('asks a transformer with its stores, of no record, and with null for an absent row', async () => {
    const { bench, put } = await task();
    await bench.pipe('k', 'v', 99);
    const { record } = bench;
    bench.getStateStore<KeyValueStore<string, string>>('suffixes').put('a', '!');
    const spec = transformValuesView<string, string, string>(l, () => new Suffixing(), ['suffixes']);
    expect(spec.stores).toEqual(['l', 'suffixes']);
    const view = await spec.open(bench);
    expect(view.get('a')).toEqual({ value: 'null!', timestamp: -1 });
    put('l', 'x', 5);
    expect(view.get('a')).toEqual({ value: 'x!', timestamp: 5 });
    expect(bench.record).toBe(record);
  });

  it('does not let it ask for other stores', async () => {
    const { bench, put } = await task();
    put('l', 'x', 5);
    const spec = transformValuesView<string, string, string>(l, () => new Suffixing(), []);
    const view = await spec.open(bench);
    expect(() => view.get('a')).toThrow(expect.objectContaining({ code: 'OUZEL_STORE_UNKNOWN' }));
  });
});

describe('a join of tables without a store', () => {
  const rows = {
    neither: [],
    left: [['l', 'x', 5]],
    right: [['r', 'y', 7]],
    both: [
      ['l', 'x', 5],
      ['r', 'y', 7],
    ],
  } as const;

  it.each([
    ['inner', { neither: null, left: null, right: null, both: 'x+y@7' }],
    ['left', { neither: null, left: 'x+null@5', right: null, both: 'x+y@7' }],
    ['outer', { neither: null, left: 'x+null@5', right: 'null+y@7', both: 'x+y@7' }],
  ] as const)('has, as an %s join, the rows that its kind says, with the later time', async (kind, expected) => {
    for (const there of ['neither', 'left', 'right', 'both'] as const) {
      const { bench, put } = await task();
      for (const [store, value, timestamp] of rows[there]) put(store, value, timestamp);
      const view = await joinView(kind, l, storeView<string, string>('r'), (left, right) => `${left}+${right}`).open(bench);
      const found = view.get('a');
      expect(found === null ? null : `${found.value}@${found.timestamp}`).toBe(expected[there]);
    }
  });
});
