import { specOf } from '../kind/store-supplier.js';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serdes } from '../../serdes/serdes.js';
import { Headers } from '@ouzel/core';
import type { ChangelogRecord, StoreContext } from '../state-store.js';
import type { KeyValueStore, StoreBuilder } from '../store.js';
import { Stores } from '../stores.js';
import { TaskState } from './task-state.js';

interface Logged {
  readonly store: string;
  readonly key: string;
  readonly value: string | null;
  readonly timestamp: number | null;
}

class Context implements StoreContext {
  readonly taskId = '0_0';
  record = { topic: 'in', partition: 0, offset: 0, timestamp: 5, headers: Headers.empty, sourceKey: null, sourceValue: null };
  readonly logged: Logged[] = [];
  own(): void {}
  log(store: string, key: Buffer, value: Buffer | null, timestamp: number | null): void {
    this.logged.push({ store, key: key.toString(), value: value === null ? null : value.toString(), timestamp });
  }
  drop(): void {}
}

const counts = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('counts'), serdes.string, serdes.string);
const record = (key: string, value: string | null): ChangelogRecord => ({
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestamp: 1,
  headers: Headers.empty,
});

describe('the state of a task', () => {
  let folder: string;
  const opened: TaskState[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-state-'));
  });
  afterEach(async () => {
    for (const state of opened.splice(0)) await state.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (builder: StoreBuilder<unknown> = counts, changelog: string | null = 'app-counts-changelog', fingerprint = 'f') => {
    const context = new Context();
    const state = await TaskState.open({
      directory: join(folder, 'task'),
      applicationId: 'app',
      fingerprint,
      partition: 0,
      stores: [{ spec: specOf(builder)!, changelog: changelog ?? undefined, sourceAsChangelog: false }],
      context,
      cache: undefined,
    });
    opened.push(state);
    return { state, context, store: state.stores.get(builder.name) as unknown as KeyValueStore<string, string> };
  };
  const commit = (state: TaskState, offset: number) => state.commit(state.freeze(), new Map([['app-counts-changelog', offset]]));
  const all = async (store: KeyValueStore<string, string>) => {
    const entries: string[] = [];
    for await (const [key, value] of store.all()) entries.push(`${key}=${value}`);
    return entries;
  };

  it('shows what was put at once, logs it, and keeps it only when it was committed', async () => {
    const first = await open();
    first.store.put('b', '2');
    first.store.put('a', '1');
    await commit(first.state, 2);
    first.store.put('c', '3');
    first.store.delete('a');
    expect(await all(first.store)).toEqual(['b=2', 'c=3']);
    expect(first.context.logged).toContainEqual({ store: 'counts', key: 'a', value: null, timestamp: 5 });
    await first.state.close();
    const second = await open();
    expect(await all(second.store)).toEqual(['a=1', 'b=2']);
    expect(second.state.changelogOffset('counts')).toBe(2);
    expect(second.state.wiped).toBeUndefined();
  });

  it('takes writes while a commit is under way, and leaves them to the next', async () => {
    const { state, store } = await open();
    store.put('a', '1');
    const generation = state.freeze();
    store.put('a', '2');
    const committing = state.commit(generation, new Map());
    expect(store.get('a')).toBe('2');
    await committing;
    expect(store.get('a')).toBe('2');
    expect(state.uncommittedBytes).toBeGreaterThan(0);
    await state.close();
    expect((await open()).store.get('a')).toBe('1');
  });

  it('is not reached by changes to a buffer that was put', async () => {
    const raw = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('counts'), serdes.string, serdes.buffer);
    const { store } = await open(raw);
    const value = Buffer.from('before');
    (store as unknown as KeyValueStore<string, Buffer>).put('a', value);
    value.write('after!');
    expect(String(store.get('a'))).toBe('before');
  });

  it('restores records and their offset together, deletions included', async () => {
    const first = await open();
    await first.state.restore('counts', [record('a', '1'), record('b', '2'), record('a', null)], 7);
    expect(await all(first.store)).toEqual(['b=2']);
    expect(first.context.logged).toEqual([]);
    await first.state.close();
    expect((await open()).state.changelogOffset('counts')).toBe(7);
  });

  it('keeps the bookmark of the last commit that wrote rows', async () => {
    const first = await open();
    expect(first.state.bookmark).toBeUndefined();
    first.store.put('a', '1');
    await first.state.commit(first.state.freeze(), new Map([['app-counts-changelog', 1]]), 'first');
    await first.state.commit(first.state.freeze(), new Map(), 'wrote nothing');
    first.store.put('b', '2');
    await first.state.close();
    const second = await open();
    expect(second.state.bookmark).toBe('first');
    second.store.put('b', '2');
    await second.state.commit(second.state.freeze(), new Map([['app-counts-changelog', 2]]), 'second');
    expect(second.state.bookmark).toBe('second');
    await second.state.close();
    expect((await open()).state.bookmark).toBe('second');
  });

  it('has no bookmark any more once rows came from the changelog', async () => {
    const first = await open();
    first.store.put('a', '1');
    await first.state.commit(first.state.freeze(), new Map([['app-counts-changelog', 1]]), 'first');
    await first.state.restore('counts', [], 2);
    expect(first.state.bookmark).toBe('first');
    await first.state.restore('counts', [record('a', '2')], 3);
    expect(first.state.bookmark).toBeUndefined();
    await first.state.close();
    expect((await open()).state.bookmark).toBeUndefined();
  });

  it('begins from nothing where the database belongs to another topology', async () => {
    const first = await open();
    first.store.put('a', '1');
    await commit(first.state, 1);
    await first.state.close();
    const second = await open(counts, 'app-counts-repaired-changelog');
    expect(second.state.wiped).toMatch(/another application, topology or format/);
    expect(second.store.get('a')).toBeNull();
    expect(second.state.changelogOffset('counts')).toBeUndefined();
    await second.state.close();
    const third = await open(counts, 'app-counts-repaired-changelog', 'another-fingerprint');
    expect(third.state.wiped).toMatch(/of another database/);
  });

  it('finds a block that the log lost in the middle', async () => {
    const { state, store } = await open();
    for (let i = 0; i < 40; i++) {
      store.put(`key-${i}`, 'x'.repeat(4_000));
      await commit(state, i + 1);
    }
    await state.close();
    const [log] = (await readdir(join(folder, 'task'))).filter((name) => name.endsWith('.log'));
    const path = join(folder, 'task', log!);
    const bytes = await readFile(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    await writeFile(path, bytes);
    const again = await open();
    expect(again.state.wiped).toMatch(/commits \d+ to \d+ are missing|damaged/);
    expect(again.state.changelogOffset('counts')).toBeUndefined();
  });

  it('refuses to wipe a store that has no changelog', async () => {
    const lonely = counts.withLogging(false);
    const first = await open(lonely, null);
    await first.state.close();
    await rm(join(folder, 'task', 'CURRENT'));
    await expect(open(lonely, null)).rejects.toMatchObject({ code: 'OUZEL_STATE_CORRUPT' });
  });

  it('names the folder that another client has open', async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });

  it('commits with the next generation what a commit that was given up had frozen', async () => {
    const { state, store } = await open();
    store.put('a', '1');
    const abandoned = state.freeze();
    store.put('b', '2');
    const generation = state.freeze();
    await expect(state.commit(abandoned, new Map())).rejects.toMatchObject({ code: 'OUZEL_STATE' });
    await state.commit(generation, new Map([['app-counts-changelog', 2]]));
    await state.close();
    const again = await open();
    expect(await all(again.store)).toEqual(['a=1', 'b=2']);
    expect(again.state.uncommittedBytes).toBe(0);
  });

  it('forgets what was not committed when it is discarded, offsets included', async () => {
    const { state, store } = await open();
    store.put('a', '1');
    await commit(state, 1);
    store.put('a', '2');
    state.freeze();
    store.put('b', '3');
    state.discard();
    const after = state.stores.get('counts') as unknown as KeyValueStore<string, string>;
    expect(await all(after)).toEqual(['a=1']);
    expect(state.changelogOffset('counts')).toBe(1);
    after.put('c', '4');
    await commit(state, 2);
    expect(await all(after)).toEqual(['a=1', 'c=4']);
  });

  it('counts scans that are open, and those that were left early as ended', async () => {
    const { state, store } = await open();
    for (let i = 0; i < 100; i++) store.put(`k${i}`, 'x');
    await commit(state, 1);
    for await (const entry of store.all()) {
      expect(entry[0]).toBe('k0');
      expect(state.openScans).toBe(1);
      break;
    }
    expect(state.openScans).toBe(0);
  });

  it('estimates how many entries a store has: those on disk when it was committed last, and those that are not', async () => {
    const { state, store } = await open();
    expect(store.approximateNumEntries()).toBe(0);
    store.put('a', '1');
    store.put('b', '2');
    expect(store.approximateNumEntries()).toBe(2);
    await commit(state, 1);
    expect(store.approximateNumEntries()).toBe(2);
  });

  it('keeps in-memory stores in memory, whole and unrestored', async () => {
    const memory = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('counts'), serdes.string, serdes.string);
    const first = await open(memory);
    first.store.put('a', '1');
    await commit(first.state, 3);
    await first.state.close();
    const second = await open(memory);
    expect(second.state.changelogOffset('counts')).toBeUndefined();
    expect(second.store.get('a')).toBeNull();
  });
});
