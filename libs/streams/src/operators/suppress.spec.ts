import { keyValueKind } from '../state/key-value/key-value-kind.js';
import { Headers } from '@ouzel/core';
import { serdes } from '../serdes/serdes.js';
import { suppressionBufferKind } from '../state/suppression-buffer/suppression-buffer-kind.js';
import { storeSpec } from '../state/kind/store-spec.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { Suppress, suppressView, type SuppressOptions } from './suppress.js';
import { storeView } from './table-view.js';

const buffer = storeSpec(suppressionBufferKind, {
  name: 'buffer',
  options: {},
  persistent: false,
  key: serdes.string,
  value: serdes.string,
  logging: false,
});
const above = storeSpec(keyValueKind, {
  name: 'above',
  options: { values: 'timestamped' },
  persistent: false,
  key: serdes.string,
  value: serdes.string,
  caching: false,
  logging: false,
});
const options: SuppressOptions = {
  store: 'buffer',
  kind: 'time-limit',
  waitMs: 10,
  maxRecords: Infinity,
  maxBytes: Infinity,
  whenFull: 'emit-early',
};
const change = (newValue: string | null, oldValue: string | null = null) => ({ newValue, oldValue, isLatest: true });
const open = (changed: Partial<SuppressOptions> = {}) =>
  OperatorBench.open(new Suppress<string, string>({ ...options, ...changed }), [buffer, above]);

it('holds a key back until the first of its changes is as old as the limit, and forwards the last one with its time and headers', async () => {
  const bench = await open();
  const headers = Headers.of([['h', '1']]);
  await bench.pipe('k', change('a'), 100);
  await bench.pipe('k', change('b', 'a'), 105, { headers });
  await bench.pipe('j', change('x'), 109);
  expect(bench.take()).toEqual([]);
  await bench.pipe('j', change('y', 'x'), 110);
  expect(bench.end.contexts).toEqual([expect.objectContaining({ timestamp: 105, offset: 1, headers })]);
  expect(bench.end.records[0]!.headers).toBe(headers);
  expect(bench.text()).toEqual(['k=a>b@105']);
});

it('lets time go on by late changes too, but never back', async () => {
  const bench = await open();
  await bench.pipe('k', change('a'), 100);
  await bench.pipe('j', change('b'), 50);
  expect(bench.text()).toEqual(['j=null>b@50']);
});

it('forwards the oldest early when there are too many', async () => {
  const bench = await open({ maxRecords: 2 });
  for (const [key, timestamp] of [['c', 3], ['b', 1], ['a', 1], ['c', 4]] as const) await bench.pipe(key, change(key), timestamp); // prettier-ignore
  expect(bench.text()).toEqual(['a=null>a@1']);
});

it('stops with a named error when it is full and must not emit early', async () => {
  const bench = await open({ maxBytes: 40, whenFull: 'shut-down' });
  await bench.pipe('k', change('a'), 1);
  expect(bench.failures).toEqual([]);
  await bench.pipe('j', change('b'), 1);
  expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_BUFFER_FULL' })]);
});

it('forwards results of windows when they are closed, and no deletions', async () => {
  const windowed = storeSpec(suppressionBufferKind, {
    name: 'buffer',
    options: {},
    persistent: false,
    key: serdes.sessionWindowed(serdes.string),
    value: serdes.string,
    logging: false,
  });
  const bench = await OperatorBench.open(new Suppress({ ...options, kind: 'window-close', waitMs: 5 }), [windowed]);
  const key = (name: string, start: number) => ({ key: name, window: { start, end: start + 10 } });
  await bench.pipe(key('k', 0), change('a'), 1);
  await bench.pipe(key('j', 0), change('x'), 2);
  await bench.pipe(key('j', 0), change(null, 'x'), 3);
  await bench.pipe(key('k', 10), change('b'), 14);
  expect(bench.take()).toEqual([]);
  await bench.pipe(key('k', 10), change('c', 'b'), 15);
  expect(bench.text()).toEqual(['k[0,10]=null>a@1']);
});

it('shows those who look it up what it forwarded last, as long as something waits', async () => {
  const bench = await open();
  const view = await suppressView('buffer', storeView<string, string>('above')).open(bench);
  bench.getStateStore<{ put(key: string, value: unknown): void }>('above').put('k', { value: 'b', timestamp: 1 });
  expect(view.get('k')).toEqual({ value: 'b', timestamp: 1 });
  await bench.pipe('k', change('c', 'b'), 100);
  await bench.pipe('n', change('new'), 100);
  expect(view.get('k')).toEqual({ value: 'b', timestamp: -1 });
  expect(view.get('n')).toBeNull();
  expect(view.get('other')).toBeNull();
});
