import fc from 'fast-check';
import type { SizedSubTopology } from '../topics/partition-plan.js';
import { chooseTasks, type GroupVersion } from './task-choice.js';

const sub = (fingerprint: string, sources: Record<string, number>): SizedSubTopology => ({
  needs: { fingerprint, id: 0, isStateful: true, sources: [], sinks: [], copartitioned: [], repartition: [], changelogs: [], tables: [] },
  sources: new Map(Object.entries(sources)),
  tasks: Math.max(0, ...Object.values(sources)),
});
const version = (members: readonly string[], ...subTopologies: readonly SizedSubTopology[]): GroupVersion => ({ subTopologies, members });
const choose = (versions: readonly GroupVersion[], running: readonly string[] = []) => {
  const { tasks, unprocessed } = chooseTasks(versions, (key) => running.includes(key));
  return { keys: tasks.map(({ key }) => key).sort(), unprocessed: unprocessed.map(({ topic, partition }) => `${topic}-${partition}`) };
};

describe('the tasks of a group', () => {
  it('are all of them where members run one version, or versions that read different topics', () => {
    const old = version(['a'], sub('f1', { order: 2 }));
    const next = version(['b'], sub('f1', { order: 2 }), sub('f2', { rate: 1 }));
    expect(choose([old])).toEqual({ keys: ['f1:0', 'f1:1'], unprocessed: [] });
    expect(choose([old, next])).toEqual({ keys: ['f1:0', 'f1:1', 'f2:0'], unprocessed: [] });
    const shared = chooseTasks([old, next], () => false).tasks.find(({ key }) => key === 'f1:0')!;
    expect([...shared.capable]).toEqual(['a', 'b']);
  });

  it('read each partition in one version, shared out by the number of members', () => {
    const old = version(['a', 'b', 'c'], sub('old', { order: 4 }));
    const next = version(['d'], sub('new', { order: 4 }));
    expect(choose([old, next]).keys.filter((key) => key.startsWith('new'))).toHaveLength(1);
    const all = Array.from({ length: 4 }, (_, p) => `old:${p}`);
    expect(choose([old, next], all)).toEqual({ keys: ['new:3', 'old:0', 'old:1', 'old:2'], unprocessed: [] });
  });

  it('stay in the version that runs them while its share lasts', () => {
    const versions = [version(['a'], sub('old', { order: 4 })), version(['b'], sub('new', { order: 4 }))];
    expect(choose(versions, ['new:0', 'old:1', 'new:2', 'old:3']).keys).toEqual(['new:0', 'new:2', 'old:1', 'old:3']);
    expect(choose(versions, ['old:0', 'old:1', 'old:2', 'new:3']).keys).toEqual(['new:2', 'new:3', 'old:0', 'old:1']);
  });

  it('do not change hands where there are fewer partitions than versions', () => {
    const versions = [version(['a'], sub('old', { order: 1 })), version(['b'], sub('new', { order: 1 }))];
    expect(choose(versions, ['old:0']).keys).toEqual(['old:0']);
    expect(choose(versions, ['new:0']).keys).toEqual(['new:0']);
  });

  it('are those of the version that reads more, where one joins a further topic', () => {
    const old = version(['a', 'b'], sub('old', { order: 2 }));
    const next = version(['c'], sub('new', { order: 2, refund: 2 }));
    expect(choose([old, next], ['old:0', 'old:1'])).toEqual({ keys: ['new:0', 'new:1'], unprocessed: [] });
  });

  it('are several in place of one, where a version has cut a sub-topology in two', () => {
    const old = version(['a'], sub('both', { order: 2, rate: 2 }));
    const next = version(['b'], sub('orders', { order: 2 }), sub('rates', { rate: 2 }));
    expect(choose([old, next])).toEqual({ keys: ['both:0', 'orders:1', 'rates:1'], unprocessed: [] });
  });

  it('name what no version can read beside what the others read', () => {
    const one = version(['a'], sub('f1', { order: 1, rate: 1 }));
    const other = version(['b'], sub('f2', { rate: 1, price: 1 }));
    expect(choose([one, other], ['f1:0'])).toEqual({ keys: ['f1:0'], unprocessed: ['price-0'] });
  });

  it('read more where a third version fills the gap', () => {
    const wide = version(['a'], sub('f1', { order: 1, rate: 1 }));
    const left = version(['b'], sub('f2', { rate: 1, price: 1 }));
    const right = version(['c'], sub('f3', { order: 1 }));
    expect(choose([wide, left, right], ['f1:0'])).toEqual({ keys: ['f2:0', 'f3:0'], unprocessed: [] });
  });

  const topics = ['a', 'b', 'c', 'd'];
  const anyVersion = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }).map((groups) =>
    [1, 2, 3].flatMap((group) => {
      const sources = Object.fromEntries(topics.filter((_, i) => groups[i] === group).map((topic) => [topic, topic.charCodeAt(0) - 95]));
      return Object.keys(sources).length === 0 ? [] : [sub(`f-${Object.keys(sources).join('')}`, sources)];
    }),
  );

  it('never read a partition twice, and read every one that some version reads alone', () => {
    fc.assert(
      fc.property(fc.array(anyVersion, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(50)), (versions, seed) => {
        const group = versions.map((subTopologies, i) => version([`m${i}`], ...subTopologies));
        const everything = versions
          .flat()
          .flatMap(({ needs, tasks }) => Array.from({ length: tasks }, (_, p) => `${needs.fingerprint}:${p}`));
        const { tasks, unprocessed } = chooseTasks(group, (key) => seed.includes(everything.indexOf(key)));
        const read = tasks.flatMap(({ inputs }) => inputs.map(({ topic, partition }) => `${topic}-${partition}`));
        expect(new Set(read).size).toBe(read.length);
        const all = new Set(
          versions
            .flat()
            .flatMap(({ sources }) => [...sources].flatMap(([topic, count]) => Array.from({ length: count }, (_, p) => `${topic}-${p}`))),
        );
        expect(new Set([...read, ...unprocessed.map(({ topic, partition }) => `${topic}-${partition}`)])).toEqual(all);
        if (versions.length === 1) expect(unprocessed).toEqual([]);
        // An input goes unread only beside one that is read in another version's way.
        for (const { topic, partition } of unprocessed) {
          const readers = versions.flat().filter(({ sources }) => (sources.get(topic) ?? 0) > partition);
          for (const { sources } of readers)
            expect([...sources].some(([other, count]) => partition < count && read.includes(`${other}-${partition}`))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
