import { windowKind } from '../window/window-kind.js';
import fc from 'fast-check';
import { serdes } from '../../serdes/serdes.js';
import { listed, putInto, StoreLab, type Setup } from '../store-lab.spec-support.js';
import { storeSpec } from '../kind/store-spec.js';
import type { WindowOptions } from './window-options.js';
import type { WindowStore } from '../store.js';
import type { RangedWindowStore } from './ranged-window-store.js';

const retentionMs = 150_000;
/** Every way in which windows are kept. */
const kinds = [
  { name: 'persistent', persistent: true, shape: {} },
  { name: 'persistent, in the order of time', persistent: true, shape: { order: 'time' } },
  { name: 'persistent, by range', persistent: true, shape: { access: 'range' } },
  { name: 'persistent, by range, in the order of time', persistent: true, shape: { access: 'range', order: 'time' } },
  { name: 'in memory', persistent: false, shape: {} },
  { name: 'in memory, by range', persistent: false, shape: { access: 'range' } },
] as const satisfies readonly { name: string; persistent: boolean; shape: Partial<WindowOptions> }[];

const specOf = ({ persistent, shape }: { persistent: boolean; shape: Partial<WindowOptions> }, duplicates = false) =>
  storeSpec(windowKind, {
    name: 's',
    options: { values: 'plain', retentionMs, sizeMs: 10, retainDuplicates: duplicates, ...shape },
    persistent,
    key: serdes.string,
    value: serdes.string,
    caching: true,
    logging: {},
  });

const key = fc.constantFrom('a', 'ab', 'b', 'é');
const start = fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 60_000, max: 60_010 }), fc.integer({ min: 119_999, max: 140_000 }));
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, start, value: fc.option(fc.string({ maxLength: 2 }), { freq: 4 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fetch' as const), key, start }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('range' as const), key, start, to: start, reverse: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('all' as const, 'flush' as const, 'commit' as const), key, start }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'abort' as const), key, start }) },
);

type Window = readonly [key: string, start: number, value: string];

/** What every window store does, wherever its rows are and whatever is cached. */
export function describeWindowStores(setup: Setup): void {
  const withLab = async (spec: ReturnType<typeof specOf>, work: (lab: StoreLab<any>) => Promise<void>, used = setup) => {
    const lab = await StoreLab.open<any>(spec, used);
    try {
      await work(lab);
    } finally {
      await lab.close();
    }
  };

  it.each(kinds)('holds windows by key and start, over commits and crashes ($name)', async (kind) => {
    const isTimeOrdered = !kind.persistent || ('order' in kind.shape && kind.shape.order === 'time');
    const segmentOf = (time: number) => (isTimeOrdered ? time : Math.floor(time / 75_000));
    const order = ([a, at]: Window, [b, bt]: Window) =>
      segmentOf(at) - segmentOf(bt) || Buffer.compare(Buffer.from(a), Buffer.from(b)) || at - bt;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), (steps) =>
        withLab(specOf(kind), async (lab) => {
          let model = new Map<string, Window>();
          let committed = new Map<string, Window>();
          const store = () => lab.store as RangedWindowStore<string, string>;
          const plain = async (scan: ReturnType<WindowStore<string, string>['all']>) =>
            (await listed(scan)).map(([{ key: at, window }, value]): Window => [at, window.start, value]);
          const inOrder = (accepts: (window: Window) => boolean) => [...model.values()].filter(accepts).sort(order);
          const logged = () => {
            const windows = new Map<string, Window>();
            for (const { key: bytes, value } of lab.logged) {
              const at = bytes.toString('utf8', 0, bytes.length - 12);
              const from = Number(bytes.readBigInt64BE(bytes.length - 12));
              putInto(windows, `${at}@${from}`, value === null ? null : [at, from, value.toString()]);
            }
            return windows;
          };
          for (const next of steps) {
            const name = `${next.key}@${next.start}`;
            if (next.do === 'put') {
              store().put(next.key, next.value, next.start);
              putInto(model, name, next.value === null ? null : [next.key, next.start, next.value]);
            } else if (next.do === 'fetch') expect(store().fetch(next.key, next.start)).toBe(model.get(name)?.[2] ?? null);
            else if (next.do === 'range') {
              const { key: asked, start: from, to, reverse } = next;
              const ofKey = inOrder(([at, time]) => at === asked && time >= from && time <= to);
              const ofKeys = inOrder(
                ([at, time]) => Buffer.compare(Buffer.from(at), Buffer.from(asked)) <= 0 && time >= from && time <= to,
              );
              expect(await plain(store().fetchRange(asked, asked, from, to, { reverse }))).toEqual(reverse ? ofKey.reverse() : ofKey);
              expect(await plain(store().fetchRange(null, asked, from, to, { reverse }))).toEqual(reverse ? ofKeys.reverse() : ofKeys);
              if ('access' in kind.shape)
                expect(
                  store()
                    .fetchRangeSync(asked, from, to, { reverse })
                    .map(([time]) => time),
                ).toEqual(ofKey.map(([, time]) => time));
            } else if (next.do === 'all') expect(await plain(store().all())).toEqual(inOrder(() => true));
            else if (next.do === 'flush') await lab.flush();
            else if (next.do === 'commit') {
              await lab.commit();
              committed = new Map(model);
            } else if (next.do === 'crash') {
              committed = model = logged();
              model = new Map(model);
              await lab.crash('kept');
            } else {
              await lab.crash('aborted');
              model = new Map(committed);
            }
          }
          expect(await plain(store().fetchAll(0, 140_000))).toEqual(inOrder(() => true));
          for await (const [{ window }] of store().fetchRange(null, 'b', 0, 140_000)) if (window.start >= 0) break;
          expect(lab.openScans).toBe(0);
        }),
      ),
      { numRuns: setup.rows === 'memory' ? 30 : 6 },
    );
  });

  it.each(kinds)('forgets what is older than the retention, and says so where it still is put ($name)', (kind) =>
    // A cache still shows what it holds, as in Kafka Streams.
    withLab(
      specOf(kind),
      async (lab) => {
        const store = () => lab.store as WindowStore<string, string>;
        store().put('a', '1', 0);
        store().put('a', '2', 300_000);
        await lab.commit();
        store().put('a', '3', 10);
        expect(store().fetch('a', 0)).toBeNull();
        await lab.commit();
        expect(store().fetch('a', 10)).toBeNull();
        expect((await listed(store().all())).map(([{ window }]) => window.start)).toEqual([300_000]);
        expect(lab.dropped).toBe(1);
        expect(lab.logged).toHaveLength(3);
        await lab.crash('kept');
        expect((await listed(store().all())).map(([{ window }]) => window.start)).toEqual([300_000]);
      },
      { ...setup, cached: false },
    ),
  );

  it.each([true, false])('keeps all values of one key and start, if it is told to (persistent: %s)', (persistent) =>
    withLab(specOf({ persistent, shape: {} }, true), async (lab) => {
      const store = () => lab.store as RangedWindowStore<string, string>;
      lab.at(3);
      for (const value of ['1', '2', '3']) store().put('a', value, 5);
      store().put('a', null, 5);
      store().put('b', '4', 5);
      const values = () =>
        store()
          .fetchRangeSync('a', 0, 100)
          .map(([, value]) => value);
      expect(values()).toEqual(['1', '2', '3']);
      expect(
        lab.logged.map(({ key: bytes, value }) => [bytes.readInt32BE(bytes.length - 4), value === null ? null : String(value)]),
      ).toEqual([
        [1, '1'],
        [2, '2'],
        [3, '3'],
        [4, null],
        [5, '4'],
      ]);
      await lab.commit();
      await lab.crash('kept');
      expect(values()).toEqual(['1', '2', '3']);
      expect((await listed(store().all())).map(([, value]) => value)).toEqual(['1', '2', '3', '4']);
      // Java's numbers begin anew, and the first value is lost.
      store().put('a', '5', 5);
      expect(values()).toEqual(['1', '2', '3', '5']);
      await lab.crash('aborted');
      store().put('a', '6', 5);
      expect(values()).toEqual(['1', '2', '3', '6']);
    }),
  );
}
