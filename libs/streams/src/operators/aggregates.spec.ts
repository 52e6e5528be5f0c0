import { keyValueKind } from '../state/key-value/key-value-kind.js';
import { windowKind } from '../state/window/window-kind.js';
import { Headers } from '@ouzel/core';
import { serdes } from '../serdes/serdes.js';
import { storeSpec } from '../state/kind/store-spec.js';
import { tumbling, hopping } from '../windows/index.js';
import { Aggregate } from './aggregate.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { Reduce } from './reduce.js';
import { TableAggregate } from './table-aggregate.js';
import { TableReduce } from './table-reduce.js';
import { WindowAggregate } from './window-aggregate.js';
import { WindowReduce } from './window-reduce.js';

const table = storeSpec(keyValueKind, {
  name: 's',
  options: { values: 'timestamped' },
  persistent: false,
  key: serdes.string,
  value: serdes.string,
  caching: true,
  logging: false,
});
const windows = (retentionMs: number) =>
  storeSpec(windowKind, {
    name: 's',
    options: { values: 'timestamped', retentionMs, sizeMs: 10, retainDuplicates: false },
    persistent: false,
    key: serdes.string,
    value: serdes.string,
    caching: true,
    logging: false,
  });
const concat = (aggregate: string, value: string): string | null => (value === 'delete' ? null : `${aggregate}+${value}`);
const folded = { store: 's', initial: () => '0', add: concat, oldValues: true };
const reduced = { store: 's', reduce: concat, oldValues: true };
const ofWindows = { emit: 'update', emitIntervalMs: 0, oldValues: true } as const;
const change = (newValue: string | null, oldValue: string | null = null) => ({ newValue, oldValue, isLatest: true });

describe('aggregate', () => {
  it('begins with the initial value, takes the latest time, and ends with null', async () => {
    const bench = await OperatorBench.open(new Aggregate<string, string, string>(folded), [table]);
    await bench.pipe('k', 'a', 5);
    await bench.pipe('k', 'b', 3);
    await bench.pipe('k', 'delete', 9);
    await bench.pipe('k', 'c', 4);
    expect(bench.text()).toEqual(['k=0>0+a@5', 'k=0+a>0+a+b@5', 'k=0+a+b>null@9', 'k=0>0+c@4']);
  });

  it('drops records without key or value', async () => {
    const bench = await OperatorBench.open(new Aggregate<string, string, string>(folded), [table]);
    await bench.pipe(null, 'a');
    await bench.pipe('k', null);
    expect(bench.dropped).toEqual(['null-key-or-value', 'null-key-or-value']);
    expect(bench.take()).toEqual([]);
  });

  it('leaves former values out where nobody asked for them', async () => {
    const bench = await OperatorBench.open(new Aggregate<string, string, string>({ ...folded, oldValues: false }), [table]);
    await bench.pipe('k', 'a');
    expect(bench.text()).toEqual(['k=null>0+a@0']);
  });

  it('forwards one change per key when the cache is flushed, with the headers of the last update', async () => {
    const bench = await OperatorBench.open(new Aggregate<string, string, string>(folded), [table], { cached: true });
    const headers = Headers.of([['h', '1']]);
    await bench.pipe('k', 'a', 1);
    await bench.pipe('l', 'x', 2);
    await bench.pipe('k', 'b', 3, { headers });
    expect(bench.take()).toEqual([]);
    await bench.flush();
    expect(bench.end.records.map((record) => record.headers)).toEqual([Headers.empty, headers]);
    expect(bench.text()).toEqual(['l=null>0+x@2', 'k=null>0+a+b@3']);
  });

  it('refuses a promise, and keeps what it had', async () => {
    const bench = await OperatorBench.open(
      new Aggregate<string, string, any>({
        ...folded,
        add: (aggregate, value) => (value === 'p' ? Promise.resolve('x') : `${aggregate}+${value}`),
      }),
      [table],
    );
    for (const value of ['a', 'p', 'b']) await bench.pipe('k', value);
    expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_PROMISE' })]);
    expect(bench.text()).toEqual(['k=0>0+a@0', 'k=0+a>0+a+b@0']);
  });
});

describe('reduce', () => {
  it('takes the first value as it is', async () => {
    const bench = await OperatorBench.open(new Reduce<string, string>(reduced), [table]);
    await bench.pipe('k', 'a', 5);
    await bench.pipe('k', 'b', 7);
    await bench.pipe('k', 'delete', 6);
    expect(bench.text()).toEqual(['k=null>a@5', 'k=a>a+b@7', 'k=a+b>null@7']);
  });
});

describe('aggregates of tables', () => {
  const subtract = (aggregate: string, value: string) => `${aggregate}-${value}`;

  it('subtract what left before they add what came', async () => {
    const bench = await OperatorBench.open(new TableAggregate<string, string, string>({ ...folded, subtract }), [table]);
    await bench.pipe('k', change('a'), 5);
    await bench.pipe('k', change('b', 'a'), 4);
    await bench.pipe('k', change(null, 'b'), 6);
    expect(bench.text()).toEqual(['k=null>0+a@5', 'k=0+a>0+a-a+b@5', 'k=0+a-a+b>0+a-a+b-b@6']);
  });

  it('do not subtract from nothing', async () => {
    const bench = await OperatorBench.open(new TableAggregate<string, string, string>({ ...folded, subtract }), [table]);
    await bench.pipe('k', change(null, 'a'), 5);
    expect(bench.text()).toEqual(['k=null>null@5']);
    const reduce = await OperatorBench.open(new TableReduce<string, string>({ store: 's', add: concat, subtract, oldValues: true }), [
      table,
    ]);
    await reduce.pipe('k', change('b', 'a'), 5);
    await reduce.pipe('k', change('c', 'b'), 5);
    expect(reduce.text()).toEqual(['k=null>b@5', 'k=b>b-b+c@5']);
  });
});

describe('windowed aggregates', () => {
  it('fold each record into every window that holds it', async () => {
    const bench = await OperatorBench.open(
      new WindowAggregate<string, string, string>({ ...folded, ...ofWindows, window: hopping(10, 5) }),
      [windows(10)],
    );
    await bench.pipe('k', 'a', 3);
    await bench.pipe('k', 'b', 7);
    expect(bench.text()).toEqual(['k[0,10]=0>0+a@3', 'k[0,10]=0+a>0+a+b@7', 'k[5,15]=0>0+b@7']);
  });

  it('drop the part of a record whose window is closed, window by window', async () => {
    const bench = await OperatorBench.open(
      new WindowAggregate<string, string, string>({ ...folded, ...ofWindows, window: hopping(10, 5, { grace: 2 }) }),
      [windows(12)],
    );
    await bench.pipe('k', 'a', 12);
    await bench.pipe('k', 'b', 6);
    expect(bench.text()).toEqual(['k[5,15]=0>0+a@12', 'k[10,20]=0>0+a@12', 'k[5,15]=0+a>0+a+b@12']);
    expect(bench.dropped).toEqual(['late']);
  });

  it('show null values to the aggregator, and drop null keys', async () => {
    const bench = await OperatorBench.open(new WindowAggregate<string, string, string>({ ...folded, ...ofWindows, window: tumbling(10) }), [
      windows(10),
    ]);
    await bench.pipe('k', null, 1);
    await bench.pipe(null, 'a', 1);
    expect(bench.text()).toEqual(['k[0,10]=0>0+null@1']);
    expect(bench.dropped).toEqual(['null-key']);
  });

  it('reduce: the first value is taken as it is, null too', async () => {
    const bench = await OperatorBench.open(new WindowReduce<string, string>({ ...reduced, ...ofWindows, window: tumbling(10) }), [
      windows(10),
    ]);
    for (const value of [null, 'a', 'b']) await bench.pipe('k', value, 1);
    expect(bench.text()).toEqual(['k[0,10]=null>null@1', 'k[0,10]=null>a@1', 'k[0,10]=a>a+b@1']);
  });
});

describe('emission on close', () => {
  const closing = (grace: number, emitIntervalMs = 0) =>
    new WindowAggregate<string, string, string>({
      ...folded,
      emit: 'close',
      emitIntervalMs,
      oldValues: false,
      window: tumbling(10, { grace }),
    });

  it('emits each window once, when the grace behind it is over, by time and then by key', async () => {
    const bench = await OperatorBench.open(closing(5), [windows(15)]);
    for (const [key, value, timestamp] of [['k', 'a', 1], ['j', 'b', 2], ['k', 'c', 14]] as const) await bench.pipe(key, value, timestamp); // prettier-ignore
    expect(bench.take()).toEqual([]);
    await bench.pipe('k', 'd', 15);
    expect(bench.text()).toEqual(['j[0,10]=null>0+b@2', 'k[0,10]=null>0+a@1']);
    await bench.pipe('k', 'e', 24);
    expect(bench.take()).toEqual([]);
  });

  it('loses no window when time jumps by more than the store keeps', async () => {
    const bench = await OperatorBench.open(closing(0), [windows(10)]);
    await bench.pipe('k', 'a', 1);
    await bench.pipe('k', 'b', 1_000);
    await bench.pipe('k', 'c', 5_000);
    expect(bench.text()).toEqual(['k[0,10]=null>0+a@1', 'k[1000,1010]=null>0+b@1000']);
  });

  it('waits for the interval on the wall clock, unless the store would forget', async () => {
    const bench = await OperatorBench.open(closing(5, 1_000), [windows(15)]);
    await bench.pipe('k', 'a', 1);
    await bench.pipe('k', 'b', 16);
    expect(bench.take()).toEqual([]);
    await bench.pipe('k', 'c', 31);
    expect(bench.text()).toEqual(['k[0,10]=null>0+a@1', 'k[10,20]=null>0+b@16']);
    await bench.pipe('k', 'd', 46);
    bench.clock.advance(1_000);
    await bench.pipe('k', 'e', 47);
    expect(bench.text()).toEqual(['k[30,40]=null>0+c@31']);
  });

  it('goes on after a restart where it ended', async () => {
    const bench = await OperatorBench.open(closing(0), [windows(100)]);
    await bench.pipe('k', 'a', 1);
    await bench.pipe('k', 'b', 12);
    expect(bench.text()).toEqual(['k[0,10]=null>0+a@1']);
    expect([...bench.times]).toEqual([['s', 12]]);
    const again = closing(0);
    again.children.push(bench.end);
    again.init(bench);
    await bench.pipe('k', 'c', 20, { node: again });
    expect(bench.text()).toEqual(['k[10,20]=null>0+b@12']);
  });
});
