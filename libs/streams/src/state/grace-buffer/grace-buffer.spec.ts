import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamRecord } from '../../record/record.js';
import { Headers } from '@ouzel/core';
import { serdes } from '../../serdes/serdes.js';
import { storeSpec } from '../kind/store-spec.js';
import { graceBufferKind } from './grace-buffer-kind.js';
import type { ChangelogRecord, StoreContext } from '../state-store.js';
import { TaskState } from '../database/task-state.js';
import type { GraceBuffer } from './grace-buffer.js';

class Context implements StoreContext {
  readonly taskId = '0_0';
  record = { topic: 'in', partition: 0, offset: 0, timestamp: 0, headers: Headers.empty, sourceKey: null, sourceValue: null };
  readonly changelog: ChangelogRecord[] = [];
  own(): void {}
  log(_store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.changelog.push({ key, value, timestamp, headers });
  }
  drop(): void {}
}

/** A task with a buffer. */
async function opened(graceMs: number, directory: string | null = null) {
  const context = new Context();
  const spec = storeSpec(graceBufferKind, { name: 'buffer', options: { graceMs }, key: serdes.string, value: serdes.string });
  const stores = [{ spec, changelog: 'app-buffer-changelog', sourceAsChangelog: false }];
  const state = await TaskState.open({
    directory,
    applicationId: 'app',
    fingerprint: 'f',
    partition: 0,
    stores,
    context,
    cache: undefined,
  });
  const buffer = state.stores.get('buffer') as GraceBuffer<string, string>;
  const put = (key: string, value: string, timestamp: number) =>
    buffer.put(new StreamRecord(key, value, timestamp), { ...context.record, timestamp });
  const commit = () => state.commit(state.freeze(), new Map([['app-buffer-changelog', context.changelog.length]]));
  return { buffer, context, state, put, commit };
}

/** Lets all go that need not wait, as `key=value@timestamp`. */
function released(buffer: GraceBuffer<string, string>): string[] {
  const texts: string[] = [];
  for (let due = buffer.due(); due.length > 0; due = buffer.due()) {
    for (const waiting of due) {
      texts.push(`${waiting.key}=${waiting.value}@${waiting.context.timestamp}`);
      buffer.remove(waiting);
    }
  }
  return texts;
}

describe('a grace buffer', () => {
  it('lets go what is as old as the grace period, and refuses what is older', async () => {
    const { buffer, put } = await opened(10);
    expect(put('a', 'v', 10)).toBe(true);
    expect(released(buffer)).toEqual([]);
    expect(put('a', 'w', 20)).toBe(true);
    expect(released(buffer)).toEqual(['a=v@10']);
    expect(put('a', 'x', 10)).toBe(true);
    expect(put('a', 'y', 9)).toBe(false);
  });

  it('lets a record go at once where there is no grace', async () => {
    const { buffer, put } = await opened(0);
    put('a', 'v', 10);
    expect(released(buffer)).toEqual(['a=v@10']);
    expect(put('a', 'v', 9)).toBe(false);
  });

  it('lets all go in order when time jumps', async () => {
    const { buffer, put } = await opened(1_000);
    for (const time of [900, 5, 400, 1_000, 17]) put('a', 'v', time);
    put('a', 'last', 1_000_000);
    expect(released(buffer)).toEqual(['a=v@5', 'a=v@17', 'a=v@400', 'a=v@900', 'a=v@1000']);
  });

  it('logs what waits and its end, without a time, as Kafka Streams does', async () => {
    const { buffer, put, context } = await opened(10);
    put('k', 's5', 5);
    put('k', 's15', 15);
    released(buffer);
    const place = (time: string) => `${time}000000000000000000000002696e0000000000000000`;
    expect(context.changelog.map(({ key, value, timestamp }) => [key.toString('hex'), value?.toString('hex') ?? null, timestamp])).toEqual([
      ['0000000000000000056b00000001', `${place('0000000000000005')}ffffffffffffffff0000000273350000000000000000`, null],
      ['00000000000000000f6b00000002', `${place('000000000000000f')}ffffffffffffffff000000037331350000000000000000`, null],
      ['0000000000000000056b00000001', null, null],
    ]);
  });

  it('comes back from its changelog: what waits, what time it is, and where the count stands', async () => {
    const before = await opened(10);
    before.put('a', 'gone', 1);
    before.put('b', 'waits', 15);
    before.put('b', 'waits too', 15);
    expect(released(before.buffer)).toEqual(['a=gone@1']);
    const after = await opened(10);
    await after.state.restore('buffer', before.context.changelog, before.context.changelog.length);
    expect(after.context.changelog).toEqual([]);
    expect(after.put('a', 'late', 4)).toBe(false);
    after.put('b', 'third', 15);
    after.put('c', 'now', 25);
    expect(released(after.buffer)).toEqual(['b=waits@15', 'b=waits too@15', 'b=third@15']);
  });

  it('comes back from disk, even with another grace period', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ouzel-grace-'));
    try {
      const before = await opened(1_000, join(folder, 'task'));
      for (const time of [10, 500, 999]) before.put('a', 'v', time);
      await before.commit();
      await before.state.close();
      const after = await opened(20, join(folder, 'task'));
      expect(after.put('a', 'late', 978)).toBe(false);
      after.put('a', 'w', 1_000);
      expect(released(after.buffer)).toEqual(['a=v@10', 'a=v@500']);
      after.put('a', 'w', 1_020);
      expect(released(after.buffer)).toEqual(['a=v@999', 'a=w@1000']);
      await after.state.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('does what a sorted list does, through commits', async () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'ab'), ahead: fc.integer({ min: -150, max: 60 }), commits: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 7, 100), fc.array(step, { maxLength: 150 }), async (graceMs, steps) => {
        const { buffer, put, commit } = await opened(graceMs);
        let waiting: { key: string; value: string; time: number }[] = [];
        let observed = 0;
        for (const [i, { key, ahead, commits }] of steps.entries()) {
          const time = Math.max(0, observed + ahead);
          const isTaken = time >= observed - graceMs;
          expect(put(key, String(i), time)).toBe(isTaken);
          if (!isTaken) continue;
          observed = Math.max(observed, time);
          waiting.push({ key, value: String(i), time });
          waiting.sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
          const due = waiting.filter((each) => each.time <= observed - graceMs);
          waiting = waiting.filter((each) => each.time > observed - graceMs);
          expect(released(buffer)).toEqual(due.map((each) => `${each.key}=${each.value}@${each.time}`));
          if (commits) await commit();
        }
      }),
      { numRuns: 50 },
    );
  });
});
