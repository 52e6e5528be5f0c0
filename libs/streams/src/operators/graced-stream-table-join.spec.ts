import { specOf } from '../state/kind/store-supplier.js';
import { ProcessingFailure } from '../processor/node.js';
import { Headers } from '@ouzel/core';
import { serdes } from '../serdes/serdes.js';
import { graceBufferKind } from '../state/grace-buffer/grace-buffer-kind.js';
import { storeSpec } from '../state/kind/store-spec.js';
import type { VersionedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { GracedStreamTableJoin } from './graced-stream-table-join.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { storeView } from './table-view.js';

const versions = specOf(
  Stores.versionedKeyValueStoreBuilder(
    Stores.persistentVersionedKeyValueStore('table', { history: 100 }),
    serdes.string,
    serdes.string,
  ).withLogging(false),
)!;
const buffer = storeSpec(graceBufferKind, { name: 'buffer', options: { graceMs: 10 }, key: serdes.string, value: serdes.string });

async function graced(kind: 'inner' | 'left' = 'left', joiner = (value: string | null, row: string | null) => `${value}+${row}`) {
  const join = new GracedStreamTableJoin<string | null, string | null, string, string>({
    kind,
    table: storeView<any, string>('table'),
    joiner,
    buffer: 'buffer',
  });
  const bench = await OperatorBench.open(join, [versions, buffer]);
  return { bench, table: bench.getStateStore<VersionedKeyValueStore<string, string>>('table') };
}

describe('a stream joined with a table, with a grace period of 10', () => {
  it('sees a row that came after the record, and before the end of its grace', async () => {
    const { bench, table } = await graced();
    await bench.pipe('a', 'v', 5);
    expect(bench.text()).toEqual([]);
    table.put('a', 'row', 4);
    await bench.pipe('b', 'w', 14);
    expect(bench.text()).toEqual([]);
    await bench.pipe('b', 'w', 15);
    expect(bench.text()).toEqual(['a=v+row@5']);
  });

  it('joins in the order of time, then of key, then of arrival', async () => {
    const { bench } = await graced();
    for (const [key, value, time] of [
      ['b', '1', 5],
      ['a', '2', 5],
      ['b', '3', 5],
      ['b', '4', 4],
    ] as const)
      await bench.pipe(key, value, time);
    await bench.pipe('z', 'v', 50);
    expect(bench.text()).toEqual(['b=4+null@4', 'a=2+null@5', 'b=1+null@5', 'b=3+null@5']);
  });

  it('joins a record at once that comes after its grace, and lets nothing else go', async () => {
    const { bench } = await graced();
    await bench.pipe('a', 'v', 20);
    await bench.pipe('a', 'late', 9);
    expect(bench.text()).toEqual(['a=late+null@9']);
    await bench.pipe('a', 'in time', 10);
    expect(bench.text()).toEqual(['a=in time+null@10']);
  });

  it('joins a null key at once in a left join, and drops it in an inner one; a null value is dropped', async () => {
    const left = await graced('left');
    await left.bench.pipe(null, 'v', 1);
    await left.bench.pipe('a', null, 1);
    expect(left.bench.text()).toEqual(['null=v+null@1']);
    expect(left.bench.dropped).toEqual(['null-key-or-value']);
    const inner = await graced('inner');
    await inner.bench.pipe(null, 'v', 1);
    expect(inner.bench.dropped).toEqual(['null-key-or-value']);
  });

  it('gives a record its own headers back, and the one in process keeps its own', async () => {
    const { bench } = await graced();
    await bench.pipe('a', 'v', 5, { headers: Headers.of([['h', '1']]) });
    await bench.pipe('a', 'w', 30, { headers: Headers.of([['h', '2']]) });
    expect(bench.take().map(({ headers }) => headers.get('h')!.toString())).toEqual(['1']);
    expect(bench.record.timestamp).toBe(30);
    expect(bench.record.headers.get('h')!.toString()).toBe('2');
  });

  it('hands a failure to the handler with the record that waited, and goes on with the next', async () => {
    const { bench } = await graced('left', (value, row) => {
      if (value === 'bad') throw new Error('bad value');
      return `${value}+${row}`;
    });
    await bench.pipe('a', 'bad', 1);
    await bench.pipe('a', 'good', 2);
    await bench.pipe('a', 'trigger', 30);
    await bench.pipe('a', 'later', 31);
    expect(bench.failures.map(({ message }) => message)).toEqual(['bad value']);
    expect(bench.text()).toEqual(['a=good+null@2']);
  });

  it('stops at a failure where the handler says so', async () => {
    const { bench } = await graced('left', () => {
      throw new Error('bad value');
    });
    bench.failed = (error) => {
      throw new ProcessingFailure('join', error, 1);
    };
    await bench.pipe('a', 'bad', 1);
    await expect(bench.pipe('a', 'trigger', 30)).rejects.toThrow(ProcessingFailure);
  });
});
