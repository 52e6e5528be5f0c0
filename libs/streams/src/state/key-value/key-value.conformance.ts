import { specOf } from '../kind/store-supplier.js';
import fc from 'fast-check';
import { serdes } from '../../serdes/serdes.js';
import { changeSource } from '../change-source.js';
import { listed, putInto, StoreLab, type Setup } from '../store-lab.spec-support.js';
import type { KeyValueStore, TimestampedKeyValueStore } from '../store.js';
import { Stores } from '../stores.js';

const plain = (persistent: boolean) =>
  specOf(
    Stores.keyValueStoreBuilder(
      persistent ? Stores.persistentKeyValueStore('s') : Stores.inMemoryKeyValueStore('s'),
      serdes.string,
      serdes.string,
    ),
  )!;
const timestamped = specOf(
  Stores.timestampedKeyValueStoreBuilder(Stores.persistentKeyValueStore('s'), serdes.string, serdes.json<{ n: number }>()),
)!;

const key = fc.constantFrom('a', 'ab', 'b', 'ba', 'é', '\0', '');
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('put' as const), key, value: fc.option(fc.string({ maxLength: 3 })) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('scan' as const, 'count' as const, 'flush' as const, 'commit' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'abort' as const, 'discard' as const, 'half commit' as const), key }),
  },
);

/** What every key-value store does, wherever its rows are and whatever is cached. */
export function describeKeyValueStores(setup: Setup): void {
  const withLab = async (spec: typeof timestamped, work: (lab: StoreLab<any>) => Promise<void>) => {
    const lab = await StoreLab.open<any>(spec, setup);
    try {
      await work(lab);
    } finally {
      await lab.close();
    }
  };

  it.each([true, false])('is a map that survives crashes by what was committed and logged (persistent: %s)', async (persistent) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), (steps) =>
        withLab(plain(persistent), async (lab) => {
          let model = new Map<string, string>();
          let committed = new Map<string, string>();
          const store = () => lab.store as KeyValueStore<string, string>;
          const inOrder = () => [...model].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          const logged = () => {
            const map = new Map<string, string>();
            for (const { key: at, value } of lab.logged) putInto(map, at.toString(), value?.toString() ?? null);
            return map;
          };
          for (const next of steps) {
            if (next.do === 'put') {
              store().put(next.key, next.value);
              putInto(model, next.key, next.value);
            } else if (next.do === 'get') expect(store().get(next.key)).toBe(model.get(next.key) ?? null);
            else if (next.do === 'count') {
              if (!persistent && !setup.cached) expect(store().approximateNumEntries()).toBe(model.size);
            } else if (next.do === 'scan') {
              expect(await listed(store().all())).toEqual(inOrder());
              expect(await listed(store().all({ reverse: true }))).toEqual(inOrder().reverse());
            } else if (next.do === 'flush') await lab.flush();
            else if (next.do === 'half commit') {
              await lab.prepareCommit();
            } else if (next.do === 'commit') {
              await lab.commit();
              committed = new Map(model);
            } else if (next.do === 'crash') {
              model = logged();
              committed = new Map(model);
              await lab.crash('kept');
            } else if (next.do === 'abort') {
              await lab.crash('aborted');
              model = new Map(committed);
            } else {
              lab.discard();
              model = new Map(committed);
            }
          }
          expect(await listed(store().all())).toEqual(inOrder());
          await lab.commit();
          await lab.crash('kept');
          expect(await listed(store().all())).toEqual(inOrder());
        }),
      ),
      { numRuns: setup.rows === 'memory' ? 40 : 12 },
    );
  });

  it('shows a scan as it was when it began, so that deleting while scanning is safe', () =>
    withLab(plain(true), async (lab) => {
      const store = lab.store as KeyValueStore<string, string>;
      for (let i = 0; i < 2_500; i++) store.put(String(i).padStart(4, '0'), 'x');
      await lab.commit();
      store.put('0000', 'y');
      const seen: string[] = [];
      for await (const [found] of store.all()) {
        store.delete(found);
        store.put(`new-${found}`, 'z');
        seen.push(found);
      }
      expect(seen).toHaveLength(2_500);
      expect((await listed(store.all()))[0]?.[0]).toBe('new-0000');
    }));

  it('finds ranges by the order of bytes, and prefixes', () =>
    withLab(plain(true), async (lab) => {
      const store = lab.store as KeyValueStore<string, string>;
      store.putAll([
        ['b', '1'],
        ['ab', '2'],
        ['B', '3'],
        ['é', '4'],
      ]);
      await lab.commit();
      store.put('a', '5');
      const keys = async (scan: AsyncIterable<readonly [string, string]>) => (await listed(scan)).map(([found]) => found);
      expect(await keys(store.range('a', 'b'))).toEqual(['a', 'ab', 'b']);
      expect(await keys(store.range(null, 'ab', { reverse: true }))).toEqual(['ab', 'a', 'B']);
      expect(await keys(store.range('c', 'a'))).toEqual([]);
      expect(await keys(store.prefixScan('a'))).toEqual(['a', 'ab']);
      expect(await keys(store.prefixScan(Buffer.of(0xc3)))).toEqual(['é']);
    }));

  it('keeps its values when a user changes what he put or got', () =>
    withLab(timestamped, async (lab) => {
      const store = lab.store as TimestampedKeyValueStore<string, { n: number }>;
      const value = { n: 1 };
      store.put('a', { value, timestamp: 7 });
      value.n = 2;
      store.get('a')!.value.n = 3;
      expect(store.get('a')).toEqual({ value: { n: 1 }, timestamp: 7 });
      await lab.commit();
      expect(store.get('a')).toEqual({ value: { n: 1 }, timestamp: 7 });
    }));

  it('logs the value alone, with its timestamp as that of the record, and reads it back from there', () =>
    withLab(timestamped, async (lab) => {
      const store = lab.store as TimestampedKeyValueStore<string, { n: number }>;
      lab.at(9);
      store.put('a', { value: { n: 1 }, timestamp: 7 });
      await lab.flush();
      expect(lab.logged.map(({ key: at, value, timestamp }) => [String(at), String(value), timestamp])).toEqual([['a', '{"n":1}', 7]]);
      await lab.crash('kept');
      expect((lab.store as typeof store).get('a')).toEqual({ value: { n: 1 }, timestamp: 7 });
    }));

  it('tells who listens of changes at the flush, in the order of last updates and with former values, when it is cached', () =>
    withLab(timestamped, async (lab) => {
      const store = lab.store as TimestampedKeyValueStore<string, { n: number }>;
      const source = changeSource<string, { value: { n: number }; timestamp: number }>(store);
      expect(source !== undefined).toBe(setup.cached);
      if (source === undefined) return;
      const told: unknown[] = [];
      source.setFlushListener(
        (at, newValue, oldValue) => void told.push([at, newValue?.value.n ?? null, oldValue?.value.n ?? null, lab.record.timestamp]),
        true,
      );
      const put = (at: string, n: number | null, timestamp: number) => {
        lab.at(timestamp);
        store.put(at, n === null ? null : { value: { n }, timestamp });
      };
      put('a', 1, 1);
      put('b', 2, 2);
      put('a', 3, 3);
      put('c', null, 4);
      await lab.flush();
      put('a', null, 5);
      await lab.flush();
      expect(told).toEqual([
        ['b', 2, null, 2],
        ['a', 3, null, 3],
        ['a', null, 3, 5],
      ]);
      expect(lab.record.timestamp).toBe(5);
    }));
}
