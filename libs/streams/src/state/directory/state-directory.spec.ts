import { specOf } from '../kind/store-supplier.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom, Headers } from '@ouzel/core';
import { serdes } from '../../serdes/serdes.js';
import type { KeyValueStore } from '../store.js';
import { StateDirectory } from './state-directory.js';
import { Stores } from '../stores.js';
import { TaskState } from '../database/task-state.js';

const spec = specOf(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('s'), serdes.string, serdes.string))!;
const context = {
  taskId: '0_0',
  record: { topic: 'in', partition: 0, offset: 0, timestamp: 0, headers: Headers.empty, sourceKey: null, sourceValue: null },
  log: () => {},
  drop: () => {},
  own: () => {},
};

describe('the state directory', () => {
  let root: string;
  const opened: StateDirectory[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ouzel-directory-'));
  });
  afterEach(async () => {
    for (const directory of opened.splice(0)) await directory.close();
    await rm(root, { recursive: true, force: true });
  });

  const open = async (applicationId = 'app') => {
    const directory = await StateDirectory.open({ root, applicationId, clock: systemClock, random: systemRandom });
    opened.push(directory);
    return directory;
  };
  const task = async (directory: StateDirectory, fingerprint: string, partition: number, offset: number) => {
    const folder = await directory.taskDirectory(fingerprint, partition);
    const state = await TaskState.open({
      directory: folder,
      applicationId: 'app',
      fingerprint,
      partition,
      stores: [{ spec, changelog: 'c', sourceAsChangelog: false }],
      context,
      cache: undefined,
    });
    (state.stores.get('s') as unknown as KeyValueStore<string, string>).put('a', '1');
    await state.commit(state.freeze(), new Map([['c', offset]]));
    return { state, folder };
  };

  it('is for one client at a time, and names itself to the other', async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED', where: join(root, 'app') });
    await open('other');
    await first.close();
    await open();
  });

  it('knows the process again after a restart', async () => {
    const first = await open();
    await first.close();
    const second = await open();
    expect(second.processId).toBe(first.processId);
    expect(second.processId).toMatch(/^[0-9a-f-]{36}$/);
  });

  const lockFiles = () => readdir(join(root, 'app', 'lock'));

  it('is locked again after every file of its lock was damaged', async () => {
    await (await open()).close();
    for (const name of await lockFiles()) await writeFile(join(root, 'app', 'lock', name), 'damaged');
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });

  it.each(['CURRENT', 'LOCK', '.'])('is locked again after %s of its lock was replaced by something else', async (name) => {
    await (await open()).close();
    const path = join(root, 'app', 'lock', name);
    await rm(path, { recursive: true });
    if (name === '.') await writeFile(join(root, 'app', 'lock'), 'a file');
    else await mkdir(path);
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });

  it('stays locked when its lock is damaged while it is open', async () => {
    await open();
    for (const name of await lockFiles()) if (name !== 'LOCK') await rm(join(root, 'app', 'lock', name));
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });

  it('is free after the process that had it was killed', async () => {
    const program = `import { Level } from 'level'; await new Level(${JSON.stringify(join(root, 'app', 'lock'))}).open(); console.log('locked'); setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED', where: join(root, 'app') });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await open();
  });

  it('is another process to its group in a copy of the folder, and names no member there', async () => {
    const first = await open();
    await first.rememberMember('member-1');
    await first.close();
    await cp(join(root, 'app'), join(root, 'copy', 'app'), { recursive: true });
    const again = await open();
    expect(again.processId).toBe(first.processId);
    expect(await again.deadMember()).toBe('member-1');
    const options = { root: join(root, 'copy'), applicationId: 'app', clock: systemClock, random: systemRandom };
    const copy = await StateDirectory.open(options);
    opened.push(copy);
    expect(copy.processId).not.toBe(first.processId);
    expect(await copy.deadMember()).toBeUndefined();
    await copy.close();
    const copyAgain = await StateDirectory.open(options);
    opened.push(copyAgain);
    expect(copyAgain.processId).toBe(copy.processId);
  });

  it('says what is wrong where it can not be made', async () => {
    await writeFile(join(root, 'app'), 'a file');
    await expect(open()).rejects.toMatchObject({
      code: 'OUZEL_STATE',
      where: join(root, 'app'),
      help: expect.stringMatching(/stateDirectory/),
    });
  });

  it('can be read by its owner only', async () => {
    await open();
    expect((await lstat(join(root, 'app'))).mode & 0o777).toBe(0o700);
  });

  it.each(['../up', 'a/b', '..', '', 'a\0b', 'x'.repeat(201)])('refuses %j as a name', async (name) => {
    await expect(open(name)).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
  });

  it('refuses a symbolic link in its place', async () => {
    await mkdir(join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(root, 'app'));
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE' });
  });

  it('lists tasks that lie here and are not open, with the offsets that their state has', async () => {
    const first = await open();
    const { state } = await task(first, 'f1', 0, 7);
    expect(await first.storedTasks()).toEqual([]);
    await state.close();
    first.taskClosed('f1', 0);
    expect(await first.storedTasks()).toEqual([{ fingerprint: 'f1', partition: 0, offset: 7 }]);
    await writeFile(join(root, 'app', 'notes.txt'), 'not a task');
    await first.close();
    expect(await (await open()).storedTasks()).toEqual([{ fingerprint: 'f1', partition: 0, offset: 7 }]);
  });

  it('gives a task its folder only when it is done with it itself', async () => {
    const directory = await open();
    const { state } = await task(directory, 'f', 0, 7);
    await state.close();
    directory.taskClosed('f', 0);
    const looking = directory.storedTasks();
    const opening = task(directory, 'f', 0, 8);
    await looking;
    const again = await opening;
    await again.state.close();
    directory.taskClosed('f', 0);
    const removing = directory.removeUnused(0, systemClock.now() + 60_000);
    const anew = await task(directory, 'f', 0, 9);
    await removing;
    await anew.state.close();
    directory.taskClosed('f', 0);
    expect(await directory.storedTasks()).toEqual([{ fingerprint: 'f', partition: 0, offset: 9 }]);
  });

  it('wipes a task, and removes those that nobody used for long', async () => {
    const directory = await open();
    for (const partition of [0, 1, 2]) {
      const { state } = await task(directory, 'f', partition, 1);
      await state.close();
      directory.taskClosed('f', partition);
    }
    await directory.wipeTask('f', 0);
    await utimes(join(root, 'app', 'f_1'), new Date(0), new Date(0));
    await directory.removeUnused(60_000, systemClock.now());
    expect((await directory.storedTasks()).map(({ partition }) => partition)).toEqual([2]);
  });
});
