import { keyValueKind } from '../state/key-value/key-value-kind.js';
import { versionedKind } from '../state/versioned/versioned-kind.js';
import { serdes } from '../serdes/serdes.js';
import { storeSpec } from '../state/kind/store-spec.js';
import type { KeyValueStore } from '../state/store.js';
import type { ValueTransformer } from '../processor/processor.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { TableFilter } from './table-filter.js';
import { TableMapValues } from './table-map-values.js';
import { TableRegroup } from './table-regroup.js';
import { TableSource } from './table-source.js';
import { TableToStream } from './table-to-stream.js';
import { TableTransformValues } from './table-transform-values.js';

const keyValue = (name: string) =>
  storeSpec(keyValueKind, {
    name,
    options: { values: 'timestamped' },
    persistent: false,
    key: serdes.string,
    value: serdes.string,
    caching: true,
    logging: false,
  });
const versioned = (name: string) =>
  storeSpec(versionedKind, {
    name,
    options: { historyMs: 100 },
    persistent: true,
    key: serdes.string,
    value: serdes.string,
    caching: false,
    logging: false,
  });
const change = (newValue: string | null, oldValue: string | null = null, isLatest = true) => ({ newValue, oldValue, isLatest });
const startsWithA = (value: string) => value.startsWith('a');

describe('a table from a topic', () => {
  it('overwrites with older records too, and forwards deletions of nothing', async () => {
    const bench = await OperatorBench.open(new TableSource<string, string>({ store: 't', oldValues: true }), [keyValue('t')]);
    await bench.pipe('k', null, 3);
    await bench.pipe('k', 'a', 5);
    await bench.pipe('k', 'b', 4);
    await bench.pipe(null, 'x');
    expect(bench.text()).toEqual(['k=null>null@3', 'k=null>a@5', 'k=a>b@4']);
    expect(bench.getStateStore<KeyValueStore<string, unknown>>('t').get('k')).toEqual({ value: 'b', timestamp: 4 });
    expect(bench.dropped).toEqual(['null-key']);
  });

  it('passes records on where nobody needs a store', async () => {
    const bench = await OperatorBench.open(new TableSource<string, string>({ store: undefined, oldValues: false }));
    await bench.pipe('k', 'a', 5);
    expect(bench.text()).toEqual(['k=null>a@5']);
  });

  it('marks what is not the newest version, and forwards nothing that is too old to be kept', async () => {
    const bench = await OperatorBench.open(new TableSource<string, string>({ store: 't', oldValues: true }), [versioned('t')]);
    await bench.pipe('k', 'a', 500);
    await bench.pipe('k', 'b', 450);
    await bench.pipe('k', 'c', 300);
    expect(bench.take().map(({ value }) => value)).toEqual([change('a'), change('b', 'a', false)]);
  });
});

describe('derived tables', () => {
  it('a filter deletes what it does not accept each time where former values are not known, and else once', async () => {
    const options = { predicate: startsWithA, store: undefined, isVersioned: false };
    const without = await OperatorBench.open(new TableFilter<string, string>({ ...options, oldValues: false }));
    const known = await OperatorBench.open(new TableFilter<string, string>({ ...options, oldValues: true }));
    for (const bench of [without, known]) {
      await bench.pipe('k', change('b'));
      await bench.pipe('k', change('a', 'b'));
      await bench.pipe('k', change('c', 'a'));
      await bench.pipe('k', change('d', 'c'));
    }
    expect(without.text()).toEqual(['k=null>null@0', 'k=null>a@0', 'k=null>null@0', 'k=null>null@0']);
    expect(known.text()).toEqual(['k=null>a@0', 'k=a>null@0']);
  });

  it('with a store of their own take the former value from it', async () => {
    const nodes = [
      new TableFilter<string, string>({ predicate: startsWithA, store: 'f', oldValues: true, isVersioned: false }),
      new TableMapValues<string, string, string>({ mapper: (value) => `${value}!`, store: 'm', oldValues: true }),
    ];
    const bench = await OperatorBench.open(nodes, [keyValue('f'), keyValue('m')]);
    await bench.pipe('k', change('a1'), 1);
    await bench.pipe('k', change('a2', 'not what is stored'), 2);
    await bench.pipe('k', change('b', 'a2'), 3);
    expect(bench.text()).toEqual(['k=null>a1!@1', 'k=a1!>a2!@2', 'k=a2!>null@3']);
  });

  it('a mapper never sees deletions, a transformer does', async () => {
    const seen: unknown[] = [];
    const transformer: ValueTransformer<string, string, string> = {
      transform: (value) => (seen.push(value), value === null ? (null as never) : `${value}!`),
    };
    const map = await OperatorBench.open(
      new TableMapValues<string, string, string>({ mapper: (value) => (seen.push(value), value), store: undefined, oldValues: false }),
    );
    const transform = await OperatorBench.open(
      new TableTransformValues<string, string, string>({ transformer, store: undefined, oldValues: false }),
    );
    await map.pipe('k', change(null, 'a'));
    expect(seen).toEqual([]);
    await transform.pipe('k', change(null, 'a'));
    expect(seen).toEqual([null]);
    expect([map.text(), transform.text()]).toEqual([['k=null>null@0'], ['k=null>null@0']]);
  });

  it('a table as a stream is its new values', async () => {
    const bench = await OperatorBench.open(new TableToStream<string, string>());
    await bench.pipe('k', change('a', 'b'), 1);
    await bench.pipe('k', change(null, 'a'), 2);
    expect(bench.text()).toEqual(['k=a@1', 'k=null@2']);
  });
});

describe('a regrouped table', () => {
  const regroup = (sameGroup: 'together' | 'apart') =>
    new TableRegroup<string, string, { group: string } | null, string>({
      selector: (value, key) => (value === 'none' ? null : [value === 'no key' ? null : { group: value.slice(0, 1) }, `${key}:${value}`]),
      key: serdes.json(),
      sameGroup,
    });
  const groups = (bench: OperatorBench) => bench.take().map(({ key, value }) => `${key.group}=${value.oldValue}>${value.newValue}`);

  it('sends one change where the group stays, told by its bytes, else a removal and then an addition', async () => {
    const bench = await OperatorBench.open(regroup('together'));
    await bench.pipe('k', change('a1'));
    await bench.pipe('k', change('a2', 'a1'));
    await bench.pipe('k', change('b1', 'a2'));
    await bench.pipe('k', change(null, 'b1'));
    expect(groups(bench)).toEqual(['a=null>k:a1', 'a=k:a1>k:a2', 'a=k:a2>null', 'b=null>k:b1', 'b=k:b1>null']);
  });

  it('sends both apart for older readers', async () => {
    const bench = await OperatorBench.open(regroup('apart'));
    await bench.pipe('k', change('a2', 'a1'));
    expect(groups(bench)).toEqual(['a=k:a1>null', 'a=null>k:a2']);
  });

  it('leaves out the side for which the selector answers nothing, and what is not the newest version', async () => {
    const bench = await OperatorBench.open(regroup('together'));
    await bench.pipe('k', change('none', 'a1'));
    await bench.pipe('k', change('a1', 'no key'));
    await bench.pipe('k', change('a2', 'a1', false));
    expect(groups(bench)).toEqual(['a=k:a1>null', 'a=null>k:a1']);
    expect(bench.dropped).toEqual([]);
  });
});
