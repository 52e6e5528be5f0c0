import { keyValueKind } from '../state/key-value/key-value-kind.js';
import { serdes } from '../serdes/serdes.js';
import { storeSpec } from '../state/kind/store-spec.js';
import type { TimestampedKeyValueStore } from '../state/store.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { TableSource } from './table-source.js';

const store = (caching: boolean) =>
  storeSpec(keyValueKind, {
    name: 'rows',
    options: { values: 'timestamped', ttlMs: 100 },
    persistent: true,
    key: serdes.string,
    value: serdes.string,
    caching,
    logging: false,
  });

function open({ cached = false } = {}) {
  return OperatorBench.open(new TableSource<string, string>({ store: 'rows', oldValues: true }), [store(cached)], { cached });
}

async function keysOf(bench: OperatorBench): Promise<string[]> {
  const keys = [];
  for await (const [key] of bench.getStateStore<TimestampedKeyValueStore<string, string>>('rows').all()) keys.push(key);
  return keys;
}

it('deletes rows that were not updated for the TTL of stream time, and tells those below', async () => {
  const bench = await open();
  await bench.pipe('a', 'old', 0);
  await bench.pipe('b', 'old', 0);
  await bench.pipe('b', 'new', 50);
  await bench.pipe('c', 'x', 99);
  await bench.runDeferred();
  expect(await keysOf(bench)).toEqual(['a', 'b', 'c']);
  bench.take();
  await bench.pipe('c', 'y', 110);
  await bench.runDeferred();
  expect(bench.text()).toEqual(['c=x>y@110', 'a=old>null@110']);
  expect(await keysOf(bench)).toEqual(['b', 'c']);
});

it('knows the newest update of a row that is still in the cache', async () => {
  const bench = await open({ cached: true });
  await bench.pipe('a', 'old', 0);
  await bench.pipe('b', 'old', 0);
  await bench.flush();
  bench.take();
  await bench.pipe('a', 'new', 90);
  await bench.pipe('c', 'x', 120);
  await bench.runDeferred();
  await bench.flush();
  expect(bench.text().sort()).toEqual(['a=old>new@90', 'b=old>null@120', 'c=null>x@120']);
});

it('walks a large table in slices, one each time that it has a turn, and forgets nothing', async () => {
  const bench = await open();
  for (let i = 0; i < 1_200; i++) await bench.pipe(`k${String(i).padStart(4, '0')}`, 'x', 0);
  await bench.pipe('last', 'x', 1_000);
  await bench.runDeferred();
  expect(await keysOf(bench)).toEqual(['last']);
});

it('walks the table once in a tenth of the TTL, not with each record', async () => {
  const bench = await open();
  await bench.pipe('a', 'x', 0);
  await bench.pipe('b', 'x', 100);
  await bench.runDeferred();
  bench.take();
  await bench.pipe('a', 'y', 5);
  await bench.pipe('b', 'y', 109);
  await bench.runDeferred();
  expect(bench.text()).toEqual(['a=null>y@5', 'b=x>y@109']);
  await bench.pipe('b', 'z', 110);
  await bench.runDeferred();
  expect(bench.text()).toEqual(['b=y>z@110', 'a=y>null@110']);
});
