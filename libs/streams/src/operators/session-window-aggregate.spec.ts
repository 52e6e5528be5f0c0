import { sessionKind } from '../state/session/session-kind.js';
import fc from 'fast-check';
import { Headers } from '@ouzel/core';
import { serdes } from '../serdes/serdes.js';
import { storeSpec } from '../state/kind/store-spec.js';
import { session } from '../windows/index.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { SessionWindowAggregate } from './session-window-aggregate.js';

const gapMs = 5;
const store = (order: 'key' | 'time' = 'key', format: 'plain' | 'headers' = 'plain') =>
  storeSpec(sessionKind, {
    name: 's',
    options: { retentionMs: 100_000, order },
    persistent: true,
    key: serdes.string,
    value: serdes.string,
    format,
    caching: true,
    logging: false,
  });
const concat = (grace: number, emit: 'update' | 'close' = 'update') =>
  new SessionWindowAggregate<string, string, string>({
    store: 's',
    window: session(gapMs, { grace }),
    initial: () => '',
    add: (aggregate, value) => aggregate + value,
    merge: (left, right) => left + right,
    emit,
    emitIntervalMs: 0,
    oldValues: true,
  });

it('makes one session of all records that a gap connects, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 25 }), async (timestamps) => {
      const bench = await OperatorBench.open(concat(100_000), [store()]);
      const letters = timestamps.map((_, i) => String.fromCharCode(97 + i));
      for (const [i, timestamp] of timestamps.entries()) await bench.pipe('k', letters[i], timestamp);
      const left = new Map<string, string | null>();
      for (const { key, value } of bench.take()) left.set(`${key.window.start}-${key.window.end}`, value.newValue);
      const sessions = [...left].flatMap(([window, value]) => (value === null ? [] : [`${window} ${[...value].sort().join('')}`])).sort();
      expect(sessions).toEqual(clusters(timestamps, letters).sort());
    }),
  );
});

it('deletes what it joins, and forwards sessions with the time of their end and without headers', async () => {
  const bench = await OperatorBench.open(concat(0), [store()]);
  const headers = Headers.of([['h', '1']]);
  await bench.pipe('k', 'a', 10, { headers });
  await bench.pipe('k', 'b', 12, { headers });
  expect(bench.end.records.map((record) => record.headers.size)).toEqual([0, 0, 0]);
  expect(bench.text()).toEqual(['k[10,10]=null>a@10', 'k[10,10]=a>null@10', 'k[10,12]=null>ab@12']);
});

it('forwards at the flush of its cache what became of each session, with the headers of the last update', async () => {
  const bench = await OperatorBench.open(concat(0), [store()], { cached: true });
  const headers = Headers.of([['h', '1']]);
  await bench.pipe('k', 'a', 10);
  await bench.pipe('k', 'b', 12, { headers });
  await bench.flush();
  expect(bench.end.records.map((record) => record.headers)).toEqual([headers]);
  expect(bench.text()).toEqual(['k[10,12]=null>ab@12']);
});

it('forwards the empty headers of a store that has some, at the flush of its cache', async () => {
  const bench = await OperatorBench.open(concat(0), [store('key', 'headers')], { cached: true });
  await bench.pipe('k', 'a', 10, { headers: Headers.of([['h', '1']]) });
  await bench.flush();
  expect(bench.end.records.map((record) => record.headers.size)).toEqual([0]);
});

it('drops a record whose session ended more than gap and grace ago, and takes one that a session still reaches', async () => {
  const bench = await OperatorBench.open(concat(2), [store()]);
  await bench.pipe('k', 'a', 20);
  await bench.pipe('k', 'b', 16);
  await bench.pipe('k', 'c', 12);
  await bench.pipe('l', 'd', 12);
  await bench.pipe('l', 'e', 13);
  expect(bench.dropped).toEqual(['late']);
  expect(bench.text().slice(-1)).toEqual(['l[13,13]=null>e@13']);
});

it('emits a session once, when nothing can join it any more', async () => {
  const bench = await OperatorBench.open(concat(2, 'close'), [store('time')]);
  await bench.pipe('k', 'a', 10);
  await bench.pipe('j', 'b', 11);
  await bench.pipe('k', 'c', 13);
  await bench.pipe('i', 'd', 20);
  expect(bench.text()).toEqual(['j[11,11]=null>b@11']);
  await bench.pipe('i', 'e', 21);
  expect(bench.text()).toEqual(['k[10,13]=null>ac@13']);
});

/** Sessions by a walk over the sorted times. */
function clusters(timestamps: readonly number[], letters: readonly string[]): string[] {
  const sorted = timestamps.map((timestamp, i) => ({ timestamp, letter: letters[i]! })).sort((a, b) => a.timestamp - b.timestamp);
  const found: { start: number; end: number; letters: string[] }[] = [];
  for (const { timestamp, letter } of sorted) {
    const last = found.at(-1);
    if (last !== undefined && timestamp - last.end <= gapMs) {
      last.end = timestamp;
      last.letters.push(letter);
    } else found.push({ start: timestamp, end: timestamp, letters: [letter] });
  }
  return found.map(({ start, end, letters: members }) => `${start}-${end} ${members.sort().join('')}`);
}
