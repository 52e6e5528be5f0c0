import { specOf } from '../state/kind/store-supplier.js';
import { change } from '../record/change.js';
import { serdes } from '../serdes/serdes.js';
import { Stores } from '../state/stores.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { TableFilter } from './table-filter.js';
import { TableRegroup } from './table-regroup.js';
import { TableSource } from './table-source.js';

const versions = (name: string) =>
  specOf(
    Stores.versionedKeyValueStoreBuilder(Stores.persistentVersionedKeyValueStore(name, { history: 20 }), serdes.string, serdes.string),
  )!;
const isLatest = (bench: OperatorBench) => bench.take().map(({ value }) => value.isLatest as boolean);

describe('a table that keeps versions', () => {
  it('marks what is not the newest version, and passes on nothing that is too old to be kept', async () => {
    const bench = await OperatorBench.open(new TableSource<string, string>({ store: 't', oldValues: false }), [versions('t')]);
    for (const time of [10, 5, 30, 9]) await bench.pipe('a', 'v', time);
    expect(isLatest(bench)).toEqual([true, false, true]);
    expect(bench.dropped).toEqual(['expired']);
  });

  it('lets a filter pass over nothing, since a version that is not accepted ends the one before it', async () => {
    const accepts = (value: string) => value.startsWith('a');
    const of = (isVersioned: boolean) =>
      OperatorBench.open(new TableFilter<string, string>({ predicate: accepts, store: undefined, oldValues: true, isVersioned }));
    const versioned = await of(true);
    await versioned.pipe('k', { ...change('b2', 'b1'), isLatest: false }, 1);
    expect(versioned.text()).toEqual(['k=null>null@1']);
    const other = await of(false);
    await other.pipe('k', change('b2', 'b1'), 1);
    expect(other.text()).toEqual([]);
  });

  it('keeps the mark through a filter without a store', async () => {
    const bench = await OperatorBench.open(
      new TableFilter<string, string>({ predicate: () => true, store: undefined, oldValues: false, isVersioned: true }),
    );
    await bench.pipe('k', { ...change('v', null), isLatest: false }, 1);
    expect(isLatest(bench)).toEqual([false]);
  });

  it('is regrouped by its newest versions only, and the others are not counted as dropped', async () => {
    const regroup = new TableRegroup<string, string, string, string>({
      selector: (value) => [value, value],
      key: serdes.string,
      sameGroup: 'together',
    });
    const bench = await OperatorBench.open(regroup);
    await bench.pipe('k', { ...change('b', 'a'), isLatest: false }, 1);
    expect(bench.text()).toEqual([]);
    expect(bench.dropped).toEqual([]);
    await bench.pipe('k', change('b', 'a'), 2);
    expect(bench.text()).toEqual(['a=a>null@2', 'b=null>b@2']);
  });
});
