import type { InternalTopic, SubTopology } from '../../topology/plan.js';
import { planPartitions } from './partition-plan.js';

const repartition = (topic: string): InternalTopic => ({ topic, partitions: undefined, config: {} }) as unknown as InternalTopic;

function part(id: number, sources: string[], sinks: string[], repartitions: string[], copartitioned: string[][] = []): SubTopology {
  const topics = { repartitionTopics: repartitions.map(repartition), changelogTopics: [] };
  return { id, sourceTopics: sources, sinkTopics: sinks, copartitioned, ...topics } as unknown as SubTopology;
}

function planned(parts: readonly SubTopology[], existing: Record<string, number>): Record<string, number> {
  const { internal } = planPartitions(parts, ({ sourceTopics }) => sourceTopics, new Map(Object.entries(existing)));
  return Object.fromEntries([...internal].map(([{ topic }, count]) => [topic, count]));
}

it('gives a repartition topic as many partitions as the widest source of those that write to it', () => {
  const parts = [part(0, ['a', 'b'], ['r'], []), part(1, ['r'], [], ['r'])];
  expect(planned(parts, { a: 2, b: 6 })).toEqual({ r: 6 });
});

it('gives the topics between the sides of a foreign-key join, which write to each other, the counts of the tables that they go to', () => {
  const parts = [
    part(0, ['orders', 'responses'], ['subscriptions'], ['responses'], [['orders', 'responses']]),
    part(1, ['products', 'subscriptions'], ['responses'], ['subscriptions'], [['products', 'subscriptions']]),
  ];
  expect(planned(parts, { orders: 4, products: 2 })).toEqual({ subscriptions: 2, responses: 4 });
});

it('names repartition topics that are fed by nothing but each other', () => {
  const parts = [part(0, ['r'], ['s'], ['r']), part(1, ['s'], ['r'], ['s'])];
  expect(() => planned(parts, {})).toThrow(/"r" depends on itself[^]*"s" depends on itself/);
});
