import { Headers } from '@ouzel/core';
import { OperatorBench } from './operator-bench.spec-support.js';
import { MapHeaders } from './map-headers.js';
import { Route, type EventType } from './route.js';

const typed = (type: string) => ({ headers: Headers.of([['event-type', type]]) });

/** A router whose children all lead to the end: what comes out twice had two routes. */
async function routing(by: EventType, ...types: readonly string[]) {
  const route = new Route(by, types);
  const bench = await OperatorBench.open(route);
  while (route.children.length < types.length) route.children.push(bench.end);
  return bench;
}

it('hands a record to each stream of its type, by a header', async () => {
  const bench = await routing({ header: 'event-type' }, 'Placed', 'Paid', 'Placed');
  await bench.pipe('k', 'placed', 1, typed('Placed'));
  await bench.pipe('k', 'paid', 2, typed('Paid'));
  expect(bench.text()).toEqual(['k=placed@1', 'k=placed@1', 'k=paid@2']);
  expect(bench.dropped).toEqual([]);
});

it('hands a record to the stream of its type, by a field of the value', async () => {
  const bench = await routing({ field: 'type' }, 'Placed');
  await bench.pipe('k', { type: 'Placed' });
  expect(bench.take()).toHaveLength(1);
});

it('counts a record of another type, and one without a type', async () => {
  const bench = await routing({ header: 'event-type' }, 'Placed');
  await bench.pipe('k', 'v', 0, typed('Shipped'));
  await bench.pipe('k', 'v');
  expect(bench.text()).toEqual([]);
  expect(bench.dropped).toEqual(['unrouted', 'unrouted']);
});

it.each([[null], ['Placed'], [{}], [{ type: 1 }], [Object.create({ type: 'Placed' })]])(
  'finds no type in a value without the field as a text of its own: %j',
  async (value) => {
    const bench = await routing({ field: 'type' }, 'Placed');
    await bench.pipe('k', value);
    expect(bench.dropped).toEqual(['unrouted']);
  },
);

it('begins the second stream of a type when the first is done, in the context of the record', async () => {
  const bench = await routing({ header: 'event-type' }, 'Placed', 'Placed');
  bench.end.answer = async () => {
    await bench.clock.turn();
    bench.record = { ...bench.record, timestamp: 99 };
  };
  await bench.pipe('k', 'v', 1, typed('Placed'));
  expect(bench.end.contexts.map(({ timestamp }) => timestamp)).toEqual([1, 1]);
});

describe('mapHeaders', () => {
  it('replaces the headers for those below it', async () => {
    const bench = await OperatorBench.open(new MapHeaders<string, string>((value, _, { headers }) => headers.with('seen', value)));
    await bench.pipe('k', 'v', 1, typed('Placed'));
    const [record] = bench.take();
    expect([...record!.headers].map(([name, value]) => `${name}=${String(value)}`)).toEqual(['event-type=Placed', 'seen=v']);
    expect(bench.end.contexts[0]!.headers).toBe(record!.headers);
    expect(bench.record.headers.size).toBe(1);
  });

  it('refuses anything but headers', async () => {
    const bench = await OperatorBench.open(new MapHeaders<string, string>(() => ({ seen: 'v' }) as never));
    await bench.pipe('k', 'v');
    expect(bench.failures).toEqual([
      expect.objectContaining({ message: expect.stringContaining('must return Headers, not a plain object') }),
    ]);
  });
});
