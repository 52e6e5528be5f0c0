import { specOf } from '../state/kind/store-supplier.js';
import fc from 'fast-check';
import type { Change } from '../record/change.js';
import { serdes } from '../serdes/serdes.js';
import type { TimestampedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { joinView } from './computed-views.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { TableTableJoin } from './table-table-join.js';
import { storeView } from './table-view.js';

const table = (name: string) =>
  specOf(Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), serdes.string, serdes.string))!;
type Kind = 'inner' | 'left' | 'outer';
type Side = 'left' | 'right';
type Value = string | null;

/** The node of one side, and the other side's table. */
async function side(of: Side, kind: Kind, { oldValues = false } = {}) {
  const joiner = (own: Value, other: Value) => (of === 'left' ? `${own}+${other}` : `${other}+${own}`);
  const node = new TableTableJoin<string, string, string, string>({ side: of, kind, other: storeView('other'), joiner, oldValues });
  const bench = await OperatorBench.open(node, [table('other')]);
  const rows = bench.getStateStore<TimestampedKeyValueStore<string, string>>('other');
  const feed = (newValue: Value, oldValue: Value, timestamp: number, isLatest = true) =>
    bench.pipe('a', { newValue, oldValue, isLatest }, timestamp);
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
    expect(bench.text()).toEqual([]);
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
    expect(bench.text()).toEqual([of === 'left' ? 'a=null>x+null@1' : 'a=null>null+x@1', 'a=null>null@2']);
  });

  it('passes over a deletion of nothing', async () => {
    const { bench, feed } = await side(of, kind);
    await feed(null, null, 1);
    expect(bench.text()).toEqual([]);
  });
});

describe('a deletion where the other row is there', () => {
  it.each<[Side, Kind, string]>([
    ['left', 'inner', 'a=null>null@7'],
    ['right', 'inner', 'a=null>null@7'],
    ['left', 'left', 'a=null>null@7'],
    ['right', 'left', 'a=null>o+null@7'],
    ['left', 'outer', 'a=null>null+o@7'],
    ['right', 'outer', 'a=null>o+null@7'],
  ])('on the %s side of a %s join', async (of, kind, expected) => {
    const { bench, rows, feed } = await side(of, kind);
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed(null, 'x', 5);
    expect(bench.text()).toEqual([expected]);
  });
});

describe('the result of a join of tables', () => {
  it('has the later time of both rows', async () => {
    const { bench, rows, feed } = await side('left', 'inner');
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed('x', null, 5);
    await feed('y', null, 9);
    expect(bench.text()).toEqual(['a=null>x+o@7', 'a=null>y+o@9']);
  });

  it('tells the former result only where it was asked for', async () => {
    const { bench, rows, feed } = await side('left', 'inner', { oldValues: true });
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed('y', 'x', 8);
    expect(bench.text()).toEqual(['a=x+o>y+o@8']);
    const without = await side('left', 'inner');
    without.rows.put('a', { value: 'o', timestamp: 7 });
    await without.feed('y', 'x', 8);
    expect(without.bench.text()).toEqual(['a=null>y+o@8']);
  });

  it('does not follow a version that is not the newest', async () => {
    const { bench, rows, feed } = await side('left', 'outer');
    rows.put('a', { value: 'o', timestamp: 7 });
    await feed('x', null, 5, false);
    expect(bench.text()).toEqual([]);
    expect(bench.dropped).toEqual(['out-of-order-version']);
  });
});

describe('two joined tables', () => {
  const update = fc.record({ of: fc.constantFrom<Side>('left', 'right'), value: fc.option(fc.constantFrom('x', 'y', 'z'), { nil: null }) });

  /** Feeds both sides as their task does: a table keeps its row before the join hears of it. */
  async function joinedAfter(kind: Kind, updates: readonly { of: Side; value: Value }[]) {
    const joiner = (l: Value, r: Value) => `${l}+${r}`;
    const names = { left: 'l', right: 'r' } as const;
    const nodes = {
      left: new TableTableJoin<string, string, string, string>({ side: 'left', kind, other: storeView('r'), joiner, oldValues: false }),
      right: new TableTableJoin<string, string, string, string>({
        side: 'right',
        kind,
        other: storeView('l'),
        joiner: (r, l) => joiner(l, r),
        oldValues: false,
      }),
    };
    const bench = await OperatorBench.open(nodes.left, [table('l'), table('r')]);
    await nodes.right.init(bench);
    nodes.right.children.push(bench.end);
    let result: Value = null;
    for (const [i, { of, value }] of updates.entries()) {
      const rows = bench.getStateStore<TimestampedKeyValueStore<string, string>>(names[of]);
      const oldValue = rows.get('a')?.value ?? null;
      rows.put('a', value === null ? null : { value, timestamp: i });
      await bench.pipe('a', { newValue: value, oldValue, isLatest: true }, i, { node: nodes[of] });
      for (const { value: made } of bench.take()) result = (made as Change<string>).newValue;
    }
    const view = await joinView<string, string, string, string>(kind, storeView('l'), storeView('r'), joiner).open(bench);
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
