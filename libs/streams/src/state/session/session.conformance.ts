import { sessionKind } from '../session/session-kind.js';
import fc from 'fast-check';
import { serdes } from '../../serdes/serdes.js';
import { listed, putInto, StoreLab, type Setup } from '../store-lab.spec-support.js';
import { storeSpec } from '../kind/store-spec.js';
import type { SessionOptions } from './session-kind.js';
import type { Entry, Windowed } from '../store.js';
import type { TypedSessionStore } from './typed-session-store.js';

const kinds = [
  { name: 'persistent', persistent: true, shape: {} },
  { name: 'persistent, in the order of time', persistent: true, shape: { order: 'time' } },
  { name: 'in memory', persistent: false, shape: {} },
] as const satisfies readonly { name: string; persistent: boolean; shape: Partial<SessionOptions> }[];

const specOf = ({ persistent, shape }: { persistent: boolean; shape: Partial<SessionOptions> }) =>
  storeSpec(sessionKind, {
    name: 's',
    options: { retentionMs: 150_000, ...shape },
    persistent,
    key: serdes.string,
    value: serdes.string,
    caching: true,
    logging: {},
  });

const key = fc.constantFrom('a', 'ab', 'b');
const time = fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: 74_990, max: 75_010 }), fc.integer({ min: 139_000, max: 139_010 }));
const bounds = fc.tuple(time, time).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, bounds, value: fc.option(fc.string({ maxLength: 2 }), { freq: 3 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('find' as const), key, bounds, reverse: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('fetch' as const, 'flush' as const, 'commit' as const), key, bounds }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'abort' as const), key, bounds }) },
);

type Session = readonly [key: string, start: number, end: number, value: string];

/** What every session store does, wherever its rows are and whatever is cached. */
export function describeSessionStores(setup: Setup): void {
  it.each(kinds)('holds sessions by key, start and end, over commits and crashes ($name)', async (kind) => {
    const segmentOf = (end: number) => (kind.persistent ? Math.floor(end / 75_000) : end);
    const order = ([a, as, ae]: Session, [b, bs, be]: Session) =>
      segmentOf(ae) - segmentOf(be) || Buffer.compare(Buffer.from(a), Buffer.from(b)) || ae - be || (kind.persistent ? as - bs : bs - as);
    const plain = (entries: Entry<Windowed<string>, string>[]) =>
      entries.map(([{ key: at, window }, value]): Session => [at, window.start, window.end, value]);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), async (steps) => {
        const lab = await StoreLab.open<any>(specOf(kind), setup);
        try {
          let model = new Map<string, Session>();
          let committed = new Map<string, Session>();
          const store = () => lab.store as TypedSessionStore<string, string>;
          const inOrder = (accepts: (session: Session) => boolean) => [...model.values()].filter(accepts).sort(order);
          const logged = () => {
            const sessions = new Map<string, Session>();
            for (const { key: bytes, value } of lab.logged) {
              const at = bytes.toString('utf8', 0, bytes.length - 16);
              const end = Number(bytes.readBigInt64BE(bytes.length - 16));
              const start = Number(bytes.readBigInt64BE(bytes.length - 8));
              putInto(sessions, `${at}@${start}-${end}`, value === null ? null : [at, start, end, value.toString()]);
            }
            return sessions;
          };
          for (const next of steps) {
            const [start, end] = next.bounds;
            const name = `${next.key}@${start}-${end}`;
            if (next.do === 'put') {
              store().put({ key: next.key, window: { start, end } }, next.value);
              putInto(model, name, next.value === null ? null : [next.key, start, end, next.value]);
            } else if (next.do === 'find') {
              const { key: asked, reverse } = next;
              const overlapping = inOrder(([at, from, to]) => at === asked && to >= start && from <= end);
              expect(plain(store().findSessionsSync(asked, start, end, { reverse }))).toEqual(
                reverse ? overlapping.reverse() : overlapping,
              );
              const all = inOrder(
                ([at, from, to]) => Buffer.compare(Buffer.from(at), Buffer.from(asked)) >= 0 && to >= start && from <= end,
              );
              expect(plain(await listed(store().findSessionsRange(asked, null, start, end, { reverse })))).toEqual(
                reverse ? all.reverse() : all,
              );
              expect(store().fetchSession(asked, start, end)).toBe(model.get(name)?.[3] ?? null);
            } else if (next.do === 'fetch')
              expect(plain(await listed(store().fetch(next.key)))).toEqual(inOrder(([at]) => at === next.key));
            else if (next.do === 'flush') await lab.flush();
            else if (next.do === 'commit') {
              await lab.commit();
              committed = new Map(model);
            } else if (next.do === 'crash') {
              committed = logged();
              model = new Map(committed);
              await lab.crash('kept');
            } else {
              await lab.crash('aborted');
              model = new Map(committed);
            }
          }
          expect(plain(await listed(store().fetch(null)))).toEqual(inOrder(() => true));
          for await (const [{ window }] of store().fetch('a', null)) if (window.start >= 0) break;
          expect(lab.openScans).toBe(0);
          if (setup.cached || !('order' in kind.shape)) return;
          const ended = plain(await listed(store().endingBetween(10, 75_000)));
          const expected = [...model.values()].filter(([, , to]) => to >= 10 && to < 75_000);
          expect(ended).toEqual(
            expected.sort(([a, as, ae], [b, bs, be]) => ae - be || as - bs || Buffer.compare(Buffer.from(a), Buffer.from(b))),
          );
        } finally {
          await lab.close();
        }
      }),
      { numRuns: setup.rows === 'memory' ? 30 : 6 },
    );
  });

  it.each(kinds)('finds the sessions that an aggregation merges, as a look at all of them does ($name)', async (kind) => {
    const touch = fc.record({
      key: fc.constantFrom('a', 'b'),
      at: fc.oneof(fc.nat({ max: 60 }), fc.integer({ min: 74_970, max: 75_030 })),
      gap: fc.constantFrom(0, 2, 9),
      then: fc.constantFrom('put' as const, 'put' as const, 'remove' as const, 'flush' as const, 'commit' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(touch, { maxLength: 80, size: 'max' }), async (touches) => {
        const lab = await StoreLab.open<any>(specOf(kind), setup);
        const store = lab.store as TypedSessionStore<string, string>;
        try {
          for (const { key: of, at, gap, then } of touches) {
            const found = store.findDisjoint(of, at - gap, at + gap);
            expect(found).toEqual(store.findSessionsSync(of, at - gap, at + gap));
            for (const [session] of found) store.remove(session);
            const windows = found.map(([{ window }]) => window);
            const window = {
              start: Math.min(at, ...windows.map(({ start }) => start)),
              end: Math.max(at, ...windows.map(({ end }) => end)),
            };
            if (then !== 'remove') store.put({ key: of, window }, 'v');
            if (then === 'flush') await lab.flush();
            if (then === 'commit') await lab.commit();
          }
        } finally {
          await lab.close();
        }
      }),
      { numRuns: setup.rows === 'memory' ? 60 : 10 },
    );
  });

  it.each(kinds)('forgets sessions that ended longer ago than the retention ($name)', async (kind) => {
    const lab = await StoreLab.open<any>(specOf(kind), { ...setup, cached: false });
    const store = () => lab.store as TypedSessionStore<string, string>;
    store().put({ key: 'a', window: { start: 0, end: 5 } }, '1');
    store().put({ key: 'a', window: { start: 0, end: 300_000 } }, '2');
    store().put({ key: 'a', window: { start: 0, end: 6 } }, '3');
    await lab.commit();
    expect(store().fetchSession('a', 0, 5)).toBeNull();
    expect(
      store()
        .findSessionsSync('a', 0, 300_000)
        .map(([, value]) => value),
    ).toEqual(['2']);
    expect(lab.dropped).toBe(1);
    await lab.close();
  });
}
