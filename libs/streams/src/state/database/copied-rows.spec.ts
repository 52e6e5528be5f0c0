import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Level } from 'level';
import { Headers } from '@ouzel/core';
import { placed } from '../../conformance/store-lab.js';
import { noRecord } from '../../record/record.js';
import { serdes } from '../../serdes/serdes.js';
import { RowCache } from '../cache/row-cache.js';
import { keyValueKind } from '../key-value/key-value-kind.js';
import type { StoreKind, StoreSpec } from '../kind/store-kind.js';
import { storeSpec } from '../kind/store-spec.js';
import { int64Text } from '../rows/byte-string.js';
import type { ChangelogRecord } from '../state-store.js';
import type { KeyValueStore } from '../store.js';
import { subscriptionOptions, subscriptionStoreKind } from '../subscription/subscription-store-kind.js';
import { windowKind } from '../window/window-kind.js';
import type { WindowOptions } from '../window/window-options.js';
import { TaskState } from './task-state.js';

const { string } = serdes;
const settings = { name: 'store', key: string, value: string };
const minute = 60_000;
const windows = (options: Partial<WindowOptions>): StoreSpec =>
  storeSpec(windowKind, {
    ...settings,
    options: { values: 'plain', retentionMs: 2 * minute, sizeMs: minute, retainDuplicates: false, ...options },
  });
const plain = storeSpec(keyValueKind, { ...settings, options: { values: 'plain' } }) as StoreSpec;

/** A store of a user, over logged rows. */
const usersKind: StoreKind = {
  name: 'store of a user',
  contract: undefined,
  identity: () => 'users',
  changelogConfig: () => ({}),
  create: ({ name }, { loggedRows }) => ({
    name,
    flush() {},
    restore: (record) => loggedRows.restore(record),
    copy: (record, copies) => loggedRows.copy(record, copies),
    close() {},
  }),
};

const text = fc.string({ maxLength: 6 }).map((chars) => Buffer.from(chars));
const longText = fc.constant(Buffer.alloc(5_000, 'x'));
const value = fc.option(fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: longText }));
const records = (key: fc.Arbitrary<Buffer>) =>
  fc.array(fc.array(fc.record({ key, value, timestamp: fc.nat(), headers: fc.constant(Headers.empty) }), { maxLength: 8 }), {
    maxLength: 6,
  });
const windowKeys = fc
  .tuple(text, fc.integer({ min: 0, max: 12 }))
  .map(([key, at]) => Buffer.concat([key, Buffer.from(int64Text((at * minute) / 2), 'latin1'), Buffer.alloc(4)]));

describe('rows that a restore copies', () => {
  let folder: string;
  const opened: TaskState[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-copied-'));
  });
  afterEach(async () => {
    for (const state of opened.splice(0)) await state.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (name: string, ...specs: readonly StoreSpec[]) => {
    const state = await TaskState.open({
      directory: join(folder, name),
      applicationId: 'app',
      fingerprint: 'f',
      partition: 0,
      stores: specs.map((spec) => ({ spec, changelog: `${spec.name}-changelog`, sourceAsChangelog: false })),
      context: { taskId: '0_0', record: noRecord(0), own() {}, log() {}, drop() {} },
      cache: undefined,
      rowCache: new RowCache(),
    });
    opened.push(state);
    return state;
  };
  /** Restores batches into a new database, and returns all that is in it. */
  const contentOf = async (spec: StoreSpec, batches: readonly (readonly ChangelogRecord[])[], name: string) => {
    await rm(join(folder, name), { recursive: true, force: true });
    const state = await open(name, spec);
    for (const [at, batch] of batches.entries()) await state.restore('store', batch, at + 1);
    await state.close();
    const db = new Level<string, string>(join(folder, name), { keyEncoding: 'hex', valueEncoding: 'hex' });
    const rows = await db.iterator().all();
    await db.close();
    return rows;
  };

  it.each<[string, StoreSpec, fc.Arbitrary<Buffer>]>([
    ['a key-value store', plain, text],
    ['a timestamped key-value store', storeSpec(keyValueKind, { ...settings, options: { values: 'timestamped' } }), text],
    ['subscriptions', storeSpec(subscriptionStoreKind, { ...settings, options: subscriptionOptions }), text],
    ['a store of a user', storeSpec(usersKind, { ...settings, options: {} }), text],
    ['windows', windows({}), windowKeys],
    ['timestamped windows', windows({ values: 'timestamped' }), windowKeys],
    ['windows in the order of time', windows({ order: 'time' }), windowKeys],
    ['windows that are read by range', windows({ access: 'range' }), windowKeys],
  ])('of %s are those that are put one by one', async (_name, spec, key) => {
    await fc.assert(
      fc.asyncProperty(records(key), async (batches) => {
        const copied = await contentOf(
          spec,
          batches.map((batch) => batch.map(placed)),
          'copied',
        );
        expect(copied).toEqual(await contentOf(spec, batches, 'put'));
      }),
      { numRuns: 15 },
    );
  });

  const record = (key: string, to: string | null): ChangelogRecord =>
    placed({ key: Buffer.from(key), value: to === null ? null : Buffer.from(to), timestamp: 1, headers: Headers.empty });
  const storeOf = (state: TaskState) => state.stores.get('store') as object as KeyValueStore<string, string>;

  it('replace those that were read before, from whichever cache', async () => {
    const state = await open('task', plain);
    storeOf(state).put('a', '1');
    storeOf(state).put('b', '1');
    await state.commit(state.freeze(), new Map());
    await state.restore('store', [record('a', '2')], 1);
    expect(['a', 'b'].map((key) => storeOf(state).get(key))).toEqual(['2', '1']);
    await state.restore('store', [record('a', '3'), record('b', null)], 2);
    expect(['a', 'b'].map((key) => storeOf(state).get(key))).toEqual(['3', null]);
  });

  it('replace what was written and is not durable', async () => {
    const state = await open('task', plain);
    storeOf(state).put('a', '1');
    await state.restore('store', [record('a', '2')], 1);
    expect(storeOf(state).get('a')).toBe('2');
    await state.commit(state.freeze(), new Map());
    expect(storeOf(state).get('a')).toBe('2');
  });

  it('of several stores may come at once', async () => {
    const other = { ...plain, name: 'other' };
    const state = await open('task', plain, other);
    storeOf(state).put('a', '1');
    await state.commit(state.freeze(), new Map(), 'bookmark');
    for (let next = 1; next <= 20; next++)
      await Promise.all([state.restore('store', [record(`key-${next}`, 'x')], next), state.restore('other', [], next)]);
    // It is void, because rows came from a changelog since.
    expect(state.bookmark).toBeUndefined();
    await state.close();
    const again = await open('task', plain, other);
    expect([again.wiped, again.bookmark]).toEqual([undefined, undefined]);
    expect(['store', 'other'].map((name) => again.changelogOffset(name))).toEqual([20, 20]);
    expect(storeOf(again).get('key-20')).toBe('x');
  });
});
