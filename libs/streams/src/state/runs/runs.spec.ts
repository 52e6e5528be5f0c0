import fc from 'fast-check';
import { DecodedBudget } from '../rows/decoded-budget.js';
import { int32Text } from '../rows/byte-string.js';
import { MemoryBytes } from '../memory/memory-bytes.js';
import { StoredValue } from '../rows/rows.js';
import { WriteBuffer } from '../database/write-buffer.js';
import { Runs } from './runs.js';

const value = (n: number) => new StoredValue(Buffer.from(String(n)));
const plain = (rows: readonly (readonly [string, StoredValue])[]) => rows.map(([suffix, { payload }]) => [suffix, payload.toString()]);
const suffix = fc.nat({ max: 500 }).map(int32Text);
const step = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('put' as const), suffix, value: fc.nat() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('delete' as const), suffix }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('range' as const), suffix, to: suffix }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('commit' as const), suffix }) },
);

/** Bytes that forget what objects they came from, as a disk does. */
class ForgetfulBytes extends MemoryBytes {
  override get(key: string) {
    const found = super.get(key);
    return found === undefined ? undefined : new StoredValue(found.encode());
  }
}

function opened(budget = new DecodedBudget()) {
  const bytes = new ForgetfulBytes();
  const rows = new WriteBuffer('', bytes, budget);
  return { rows, runs: new Runs(rows, 4), again: () => new Runs(new WriteBuffer('', bytes, budget), 4) };
}

describe('Runs', () => {
  it('hold what was put under a name in order, over many chunks and commits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 1_200, size: 'max' }), async (steps) => {
        const { rows, runs, again } = opened();
        const model = new Map<string, number>();
        const inOrder = () => [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([found, n]) => [found, String(n)]);
        for (const next of steps) {
          if (next.do === 'put') {
            runs.put('run', next.suffix, value(next.value));
            model.set(next.suffix, next.value);
          } else if (next.do === 'delete') {
            runs.delete('run', next.suffix);
            model.delete(next.suffix);
          } else if (next.do === 'range') {
            const expected = inOrder().filter(([found]) => found! >= next.suffix && found! < next.to);
            expect(plain(runs.range('run', next.suffix, next.to))).toEqual(expected);
            expect(runs.first('run', next.suffix)?.[0]).toBe(inOrder().find(([found]) => found! >= next.suffix)?.[0]);
          } else {
            rows.freeze();
            await rows.writeFrozen();
            rows.thaw();
          }
        }
        rows.freeze();
        await rows.writeFrozen();
        expect(plain(again().range('run', '', undefined))).toEqual(inOrder());
      }),
      { numRuns: 25 },
    );
  });

  it('scan names in order, each with its entries, while others write', async () => {
    const { runs } = opened();
    for (let i = 0; i < 300; i++) for (const name of ['a', 'b', 'a\0\0\0\0']) runs.put(name, int32Text((i * 37) % 300), value(i));
    const scan = runs.scan({});
    runs.put('c', int32Text(1), value(1));
    for (let i = 0; i < 300; i++) runs.delete('b', int32Text(i));
    const found: [string, number, boolean][] = [];
    for await (const [name, entries] of scan)
      found.push([name, entries.length, entries.every(([at], i) => i === 0 || entries[i - 1]![0] < at)]);
    expect(found).toEqual([
      ['a', 300, true],
      ['a\0\0\0\0', 300, true],
      ['b', 300, true],
    ]);
  });

  it('write no more than the chunks that were touched', () => {
    const { rows, runs } = opened();
    for (let i = 0; i < 10_000; i++) runs.put('hot', int32Text(i), value(i));
    rows.freeze();
    rows.thaw();
    runs.put('hot', int32Text(5_000), value(1));
    expect(rows.uncommittedBytes).toBeLessThan(20_000);
  });

  it('are read again from their rows when they were let go, by the budget or with their range', () => {
    const budget = new DecodedBudget(20_000);
    const { rows, runs } = opened(budget);
    for (let i = 0; i < 1_000; i++) {
      runs.put(int32Text(i), 'abcd', value(i));
      expect(budget.bytes).toBeLessThan(25_000);
    }
    for (let i = 0; i < 1_000; i++) expect(runs.get(int32Text(i), 'abcd')?.payload.toString()).toBe(String(i));
    runs.discard(int32Text(0), int32Text(1_000));
    expect(budget.bytes).toBe(0);
    rows.reset();
    expect(budget.bytes).toBe(0);
  });
});
