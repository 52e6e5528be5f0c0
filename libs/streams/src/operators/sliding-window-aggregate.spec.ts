import { windowKind } from '../state/window/window-kind.js';
import fc from 'fast-check';
import { serdes } from '../serdes/serdes.js';
import { storeSpec } from '../state/kind/store-spec.js';
import { sliding } from '../windows/index.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { SlidingWindowAggregate } from './sliding-window-aggregate.js';

const differenceMs = 10;
const store = storeSpec(windowKind, {
  name: 's',
  options: { values: 'timestamped', retentionMs: 100_000, sizeMs: differenceMs, retainDuplicates: false, access: 'range' },
  persistent: false,
  key: serdes.string,
  value: serdes.list(serdes.int),
  caching: false,
  logging: false,
});
/** Collects the numbers of the records of a window. */
const collecting = (grace: number) =>
  new SlidingWindowAggregate<string, number, number[]>({
    store: 's',
    window: sliding(differenceMs, { grace }),
    initial: () => [],
    add: (numbers, number) => [...numbers, number],
    emit: 'update',
    emitIntervalMs: 0,
    oldValues: false,
  });

const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 25 });

it('holds in each window what a search over all records finds, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(times, async (timestamps) => {
      const bench = await OperatorBench.open(collecting(10_000), [store]);
      for (const [number, timestamp] of timestamps.entries()) await bench.pipe('k', number, timestamp);
      const latest = new Map<number, number[]>();
      for (const { key, value } of bench.take()) latest.set(key.window.start, value.newValue);
      for (const [start, numbers] of latest) {
        const expected = timestamps.flatMap((timestamp, number) =>
          timestamp >= start && timestamp <= start + differenceMs ? [number] : [],
        );
        expect([start, numbers.slice().sort(byValue)]).toEqual([start, expected]);
      }
      for (const timestamp of timestamps) expect([...latest.keys()]).toContain(Math.max(0, timestamp - differenceMs));
    }),
  );
});

it('has a window for each set of records that lie within one difference', async () => {
  await fc.assert(
    fc.asyncProperty(times, async (timestamps) => {
      const bench = await OperatorBench.open(collecting(10_000), [store]);
      for (const [number, timestamp] of timestamps.entries()) await bench.pipe('k', number, timestamp);
      const found = new Set(bench.take().map(({ value }) => String(value.newValue.slice().sort(byValue))));
      for (let start = 0; start <= 60; start++) {
        const numbers = timestamps.flatMap((timestamp, number) =>
          timestamp >= start && timestamp <= start + differenceMs ? [number] : [],
        );
        if (numbers.length > 0) expect(found).toContain(String(numbers));
      }
    }),
  );
});

it('drops records without key or value, late ones, and the parts of a record whose windows are closed', async () => {
  const bench = await OperatorBench.open(collecting(5), [store]);
  await bench.pipe(null, 1, 100);
  await bench.pipe('k', null, 100);
  await bench.pipe('k', 2, 100);
  await bench.pipe('k', 3, 84);
  expect(bench.text()).toEqual(['k[90,100]=null>2@100']);
  expect(bench.dropped).toEqual(['null-key-or-value', 'null-key-or-value', 'late']);
  await bench.pipe('k', 4, 91);
  expect(bench.text()).toEqual(['k[90,100]=null>2,4@100', 'k[92,102]=null>2@100']);
  expect(bench.dropped.slice(3)).toEqual(['late']);
});

it('takes the record before from the window before, where the own window of a late record was closed, as Kafka Streams does', async () => {
  const bench = await OperatorBench.open(collecting(3), [store]);
  await bench.pipe('k', 0, 103);
  await bench.pipe('k', 1, 105);
  await bench.pipe('x', 9, 110);
  await bench.pipe('k', 2, 106);
  expect(bench.dropped).toEqual(['late']);
  bench.take();
  await bench.pipe('k', 3, 114);
  // [107,117] would hold the last record alone.
  expect(bench.text()).toEqual(['k[106,116]=null>2,3@114', 'k[104,114]=null>1,2,3@114']);
});

function byValue(a: number, b: number): number {
  return a - b;
}
