import { planPartitions } from './partition-plan.js';
import type { TopicNeeds } from './topic-needs.js';

const noMatch = () => [];

function part(id: number, sources: string[], sinks: string[], repartitions: string[], more: Partial<TopicNeeds> = {}): TopicNeeds {
  return {
    fingerprint: `f${id}`,
    id,
    isStateful: false,
    sources: sources.map((topic) => ({ node: `read ${topic}`, topics: [topic] })),
    sinks,
    copartitioned: [],
    repartition: repartitions.map((topic) => ({ topic, partitions: null, config: {} })),
    changelogs: [],
    tables: [],
    ...more,
  };
}

function planned(topology: readonly TopicNeeds[], existing: Record<string, number>, matched: (node: string) => string[] = noMatch) {
  const { internal } = planPartitions(topology, matched, new Map(Object.entries(existing)));
  return Object.fromEntries(internal.map(({ topic, count }) => [topic, count]));
}

it('gives a repartition topic as many partitions as the widest source of those that write to it', () => {
  const topology = [part(0, ['a', 'b'], ['r'], []), part(1, ['r'], [], ['r'])];
  expect(planned(topology, { a: 2, b: 6 })).toEqual({ r: 6 });
});

it('gives the topics between the sides of a foreign-key join, which write to each other, the counts of the tables that they go to', () => {
  const together = (...topics: string[]) => ({ copartitioned: [topics.map((topic) => `read ${topic}`)] });
  const topology = [
    part(0, ['orders', 'responses'], ['subscriptions'], ['responses'], together('orders', 'responses')),
    part(1, ['products', 'subscriptions'], ['responses'], ['subscriptions'], together('products', 'subscriptions')),
  ];
  expect(planned(topology, { orders: 4, products: 2 })).toEqual({ subscriptions: 2, responses: 4 });
});

it('names repartition topics that are fed by nothing but each other', () => {
  const topology = [part(0, ['r'], ['s'], ['r']), part(1, ['s'], ['r'], ['s'])];
  expect(() => planned(topology, {})).toThrow(/"r" depends on itself[^]*"s" depends on itself/);
});

it('names every topic that is read by name and does not exist, with the node that reads it', () => {
  const topology = [part(0, ['a', 'b'], ['r'], []), part(1, ['r', 'c'], [], ['r'])];
  expect(() => planned(topology, { a: 1 })).toThrow(/OUZEL_TOPIC_MISSING[^]*source read b: topic "b"[^]*source read c: topic "c"/);
});

it('leaves out what only a pattern feeds until a topic matches it', () => {
  const reads = { sources: [{ node: 'pattern', topics: [] }], changelogs: [{ topic: 'store', partitions: null, config: {} }] };
  const topology = [part(0, [], ['r'], [], reads), part(1, ['r'], [], ['r'])];
  expect(planned(topology, { other: 3 })).toEqual({});
  expect(planned(topology, { 'meter-1': 3 }, (node) => (node === 'pattern' ? ['meter-1'] : []))).toEqual({ r: 3, store: 3 });
});

it('holds the topics that a pattern matches to the partition count of those that they are joined with', () => {
  const joined = part(0, ['rates'], [], [], {
    sources: [
      { node: 'pattern', topics: [] },
      { node: 'read rates', topics: ['rates'] },
    ],
    copartitioned: [['pattern', 'read rates']],
  });
  const matched = (node: string) => (node === 'pattern' ? ['meter-1', 'meter-2'] : []);
  expect(planned([joined], { rates: 2, 'meter-1': 2, 'meter-2': 2 }, matched)).toEqual({});
  expect(() => planned([joined], { rates: 2, 'meter-1': 2, 'meter-2': 4 }, matched)).toThrow(
    /OUZEL_COPARTITION[^]*"meter-1" has 2, "meter-2" has 4, "rates" has 2/,
  );
});
