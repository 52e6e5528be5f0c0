import fc from 'fast-check';
import type { Change } from '../processor/change.js';
import { serdes } from '../serdes/serdes.js';
import type { TimestampedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { joinView } from './computed-views.js';
import { NodeBench } from './node.testing.js';
import { TableTableJoin } from './table-table-join.js';
import { storeView } from './table-view.js';

const table = (name: string) => Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), serdes.string, serdes.string).spec;
type Kind = 'inner' | 'left' | 'outer';
type Side = 'left' | 'right';
type Value = string | null;

/** The node of one side, and the other side's table. */
async function side(of: Side, kind: Kind, { oldValues = false } = {}) {
  const joiner = (own: Value, other: Value) => (of === 'left' ? `${own}+${other}` : `${other}+${own}`);
  const node = new TableTableJoin<string, string, string, string>({ side: of, kind, other: storeView('other'), joiner, oldValues });
  const bench = await NodeBench.open(node, [table('other')]);
  const rows = bench.context.getStateStore<TimestampedKeyValueStore<string, string>>('other');
  const feed = (newValue: Value, oldValue: Value, timestamp: number, isLatest = true) => bench.feed('a', { newValue, oldValue, isLatest }, timestamp);
  return { bench, rows, feed };
}

describe.each<[Side, Kind]>([
  ['left', 'inner'],
  ['right', 'inner'],
  ['right', 'left'],
])('the %s side of a %s join of tables, which needs the other row', (of, kind) => {
  it('forwards nothing where there is none', async () => {
    const { bench, feed } = await side(of, kind);
    await feed('x', null, 1);
    await feed(null, 'x', 2);
    expect(bench.taken()).toEqual([]);
  });
});

describe.each<[Side, Kind]>([
  ['left', 'left'],
  ['left', 'outer'],
  ['right', 'outer'],
])('the %s side of a %s join of tables, which does without the other row', (of, kind) => {
  it('joins with null where there is none, and deletes with the last row', async () => {
    const { bench, feed } = await side(of, kind);
    await feed('x', null, 1);
    await feed(null, 'x', 2);
    expect(bench.taken()).toEqual([of === 'left' ? 'a=x+null@1' : 'a=null+x@1', 'a=null@2']);
  });

  it('passes over a deletion of nothing', async () => {
    const { bench, feed } = await side(of, kind);
    await feed(null, null, 1);
    expect(bench.taken()).toEqual([]);
  });
});

describe('a deletion where the other row is there', () => {
  it.each<[Side, Kind, string]>([
    ['left', 'inner', 'a=null@7'],
    ['right', 'inner', 'a=null@7'],
    ['left', 'left', 'a=null@7'],
    ['right', 'left', 'a=o+null@7'],
    ['left', 'outer', 'a=null+o@7'],
    ['right', 'outer', 'a=o+null@7'],
  ])('on the %s side of a %s join', async (of, kind, expected) => {
    const { bench, rows, feed } = await side(of, kind);
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed(null, 'x', 5);
    expect(bench.taken()).toEqual([expected]);
  });
});

describe('the result of a join of tables', () => {
  it('has the later time of both rows', async () => {
    const { bench, rows, feed } = await side('left', 'inner');
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed('x', null, 5);
    await feed('y', null, 9);
    expect(bench.taken()).toEqual(['a=x+o@7', 'a=y+o@9']);
  });

  it('tells the former result only where it was asked for', async () => {
    const { bench, rows, feed } = await side('left', 'inner', { oldValues: true });
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed('y', 'x', 8);
    expect(bench.taken()).toEqual(['a=y+o<x+o@8']);
    const without = await side('left', 'inner');
    without.rows.put('a', { value: 'o', timestamp: 7 });
    await without.feed('y', 'x', 8);
    expect(without.bench.taken()).toEqual(['a=y+o@8']);
  });

  it('does not follow a version that is not the newest', async () => {
    const { bench, rows, feed } = await side('left', 'outer');
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed('x', null, 5, false);
    expect(bench.taken()).toEqual([]);
    expect(bench.context.dropped).toEqual(['out-of-order-version']);
  });
});

describe('two joined tables', () => {
  const update = fc.record({ of: fc.constantFrom<Side>('left', 'right'), value: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }) });

  /** Feeds both sides as their task does: a table keeps its row before the join hears of it. */
  async function joinedAfter(kind: Kind, updates: readonly { of: Side; value: Value }[]) {
    const joiner = (l: Value, r: Value) => `${l}+${r}`;
    const names = { left: 'l', right: 'r' } as const;
    const stores = [table('l'), table('r')];
    const nodes = {
      left: new TableTableJoin<string, string, string, string>({ side: 'left', kind, other: storeView('r'), joiner, oldValues: false }),
      right: new TableTableJoin<string, string, string, string>({ side: 'right', kind, other: storeView('l'), joiner: (r, l) => joiner(l, r), oldValues: false }),
    };
    const left = await NodeBench.open(nodes.left, stores);
    const right = await NodeBench.open(nodes.right, stores);
    right.context.stores = left.context.stores;
    await nodes.right.init(right.context);
    const benches = { left, right };
    let result: Value = null;
    for (const [i, { of, value }] of updates.entries()) {
      const rows = left.context.getStateStore<TimestampedKeyValueStore<string, string>>(names[of]);
      const oldValue = rows.get('a')?.value ?? null;
      rows.put('a', value === null ? null : { value, timestamp: i });
      const change: Change<string> = { newValue: value, oldValue, isLatest: true };
      const { length } = benches[of].forwarded;
      await benches[of].feed('a', change, i);
      for (const { value: made } of benches[of].forwarded.slice(length)) result = made.newValue;
    }
    const view = await joinView<string, string, string, string>(kind, storeView('l'), storeView('r'), joiner).open(left.context);
    return { result, seen: view.get('a')?.value ?? null };
  }

  it.each<Kind>(['inner', 'left', 'outer'])('have in a %s join the result that a look at the last rows has', async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(update, { maxLength: 12 }), async (updates) => {
        const last = (of: Side) => updates.filter((each) => each.of === of).at(-1)?.value ?? null;
        const [l, r] = [last('left'), last('right')];
        const exists = kind === 'inner' ? l !== null && r !== null : kind === 'left' ? l !== null : l !== null || r !== null;
        const expected = exists ? `${l}+${r}` : null;
        expect(await joinedAfter(kind, updates)).toEqual({ result: expected, seen: expected });
      }),
      { numRuns: 60 },
    );
  });
});
