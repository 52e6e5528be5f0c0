import { Headers } from '@ouzel/core';
import { Branch } from './branch.js';
import { Filter, not } from './filter.js';
import { FlatMapValues } from './flat-map-values.js';
import { FlatMap } from './flat-map.js';
import { ForEach } from './for-each.js';
import { MapValues } from './map-values.js';
import { MapRecord } from './map.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { PassThrough } from './pass-through.js';
import { Peek } from './peek.js';
import { Print } from './print.js';
import { SelectKey } from './select-key.js';

const headers = Headers.of([['h', '1']]);

it('filters by value and key, null included', async () => {
  const seen: unknown[] = [];
  const bench = await OperatorBench.open(
    new Filter<string | null, string | null>((value, key) => seen.push([value, key]) > 0 && value !== 'b'),
  );
  await bench.pipe('k', 'a', 1);
  await bench.pipe('k', 'b', 2);
  await bench.pipe(null, null, 3);
  expect(bench.text()).toEqual(['k=a@1', 'null=null@3']);
  expect(seen).toEqual([['a', 'k'], ['b', 'k'], [null, null]]); // prettier-ignore
});

it('filterNot is the opposite', async () => {
  const bench = await OperatorBench.open(new Filter(not<string, string>((value) => value === 'b')));
  await bench.pipe('k', 'a');
  await bench.pipe('k', 'b');
  expect(bench.text()).toEqual(['k=a@0']);
});

it('maps key, value or both, and keeps time and headers', async () => {
  const nodes = [
    new MapRecord<string, string, string, string>((value, key) => [value, key]),
    new MapValues<string, string, string>((value) => `${value}!`),
    new SelectKey<string, string, string | null>((value) => (value === 'x!' ? null : value)),
  ];
  const bench = await OperatorBench.open(nodes);
  await bench.pipe('k', 'a', 7, { headers });
  await bench.pipe('x', 'a', 8);
  const [first, second] = bench.take();
  expect(first).toMatchObject({ key: 'k!', value: 'k!', timestamp: 7, headers });
  expect(second).toMatchObject({ key: null, value: 'x!' });
});

it('makes several records of one, and none of an empty list', async () => {
  const bench = await OperatorBench.open([
    new FlatMap<string, string, string, string>((value, key) => [...value].map((letter) => [`${key}${letter}`, letter])),
    new FlatMapValues<string, string, string>((value) => (value === 'b' ? [] : new Set([value, value.toUpperCase()]))),
  ]);
  await bench.pipe('k', 'abc', 5);
  expect(bench.text()).toEqual(['ka=a@5', 'ka=A@5', 'kc=c@5', 'kc=C@5']);
});

it('waits for one record before it forwards the next, where something below answers a promise', async () => {
  const bench = await OperatorBench.open(new FlatMapValues<string, string, string>((value) => [...value]));
  const order: string[] = [];
  bench.end.answer = async () => {
    order.push('begin');
    await Promise.resolve();
    order.push('end');
  };
  await bench.pipe('k', 'ab');
  expect(order).toEqual(['begin', 'end', 'begin', 'end']);
});

it('hands a record to the first branch whose predicate holds, and to none when none holds', async () => {
  const branch = new Branch<string, string>([(value) => value.startsWith('a'), (value) => value.length === 1]);
  const bench = await OperatorBench.open(branch);
  const [left, right] = [
    new MapValues<string, string, string>((value) => `left ${value}`),
    new MapValues<string, string, string>((value) => `right ${value}`),
  ];
  branch.children.splice(0, 1, left, right);
  for (const node of [left, right]) {
    node.children.push(bench.end);
    void node.init(bench);
  }
  for (const value of ['a', 'b', 'cc']) await bench.pipe('k', value);
  expect(bench.text()).toEqual(['k=left a@0', 'k=right b@0']);
});

it('looks at records on their way, and ends streams in side effects and lines', async () => {
  const seen: string[] = [];
  const lines: string[] = [];
  const peek = await OperatorBench.open([new Peek<string, string>((value) => void seen.push(`peek ${value}`)), new PassThrough()]);
  await peek.pipe('k', 'a', 3);
  expect(peek.text()).toEqual(['k=a@3']);
  const forEach = await OperatorBench.open(new ForEach<string, string>((value, key) => void seen.push(`each ${key} ${value}`)));
  await forEach.pipe('k', 'a');
  const print = await OperatorBench.open(
    new Print<string, string>({ label: 'KSTREAM', format: (value, key) => `${key}, ${value}`, write: (line) => void lines.push(line) }),
  );
  await print.pipe('k', 'a');
  expect([forEach.text(), print.text()]).toEqual([[], []]);
  expect(seen).toEqual(['peek a', 'each k a']);
  expect(lines).toEqual(['[KSTREAM]: k, a']);
});

const promised = async () => Promise.resolve(true);
it.each([
  ['filter', new Filter(promised as never)],
  ['filterNot', new Filter(not(promised as never))],
  ['map', new MapRecord(promised as never)],
  ['mapValues', new MapValues(promised)],
  ['flatMap', new FlatMap(promised as never)],
  ['flatMapValues', new FlatMapValues(promised as never)],
  ['selectKey', new SelectKey(promised as never)],
  ['peek', new Peek(promised as never)],
  ['forEach', new ForEach(promised as never)],
  ['branch', new Branch([promised as never])],
])('a promise from the callback of %s is an error that names it', async (name, node) => {
  const bench = await OperatorBench.open(node);
  await bench.pipe('k', 'a');
  expect(bench.take()).toEqual([]);
  expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_PROMISE', what: expect.stringContaining(name) })]);
});

it('a failure of one node does not keep the record from its siblings', async () => {
  const top = new PassThrough<string, string>();
  const failing = new MapValues<string, string, string>(() => {
    throw new Error('no');
  });
  const bench = await OperatorBench.open(top);
  void failing.init(bench);
  top.children.unshift(failing);
  await bench.pipe('k', 'a');
  expect(bench.failures.map(({ message }) => message)).toEqual(['no']);
  expect(bench.text()).toEqual(['k=a@0']);
});
