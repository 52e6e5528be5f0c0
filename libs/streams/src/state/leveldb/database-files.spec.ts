import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowCache } from '../cache/row-cache.js';
import { StoredValue } from '../rows/rows.js';
import { Damage } from './damage.js';
import { LevelBytes } from './leveldb-bytes.js';
import { logRecords } from './log-records.js';
import { liveFiles } from './manifest.js';
import { checkTable } from './table-check.js';

const corrupt = (what: RegExp) =>
  expect.objectContaining({ code: 'OUZEL_STATE_CORRUPT', what: expect.stringMatching(what) as unknown }) as unknown;

describe('the files of a database', () => {
  let folder: string;
  let location: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-files-'));
    location = join(folder, 'db');
    // The rows of the first use stand in a table by now, those of the second in the log.
    await use('a', 'b', 'c');
    await use('d', 'e');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (seed = 1) => LevelBytes.open({ location, seed, cache: new RowCache(), turn: () => Promise.resolve() });
  const use = async (...keys: readonly string[]) => {
    const bytes = await open();
    await bytes.write({ changes: keys.map((key) => [key, new StoredValue(Buffer.from('value'))] as const), discarded: [] });
    await bytes.close();
  };
  const fileLike = async (pattern: RegExp) =>
    join(
      location,
      (await readdir(location)).find((name) => pattern.test(name))!,
    );
  const flipped = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1;
    return copy;
  };

  it('are sound after use', async () => {
    const bytes = await open();
    for (const key of ['a', 'b', 'c', 'd', 'e']) expect(bytes.get(key)?.payload.toString()).toBe('value');
    await bytes.close();
  });

  it('a table has no byte whose change goes unnoticed, but the padding of its footer', async () => {
    const table = await readFile(await fileLike(/\.ldb$/));
    const check = (bytes: Buffer) => checkTable(bytes, 'table', () => true);
    check(table);
    const unnoticed: number[] = [];
    for (let at = 0; at < table.length; at++) {
      try {
        check(flipped(table, at));
        unnoticed.push(at);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Damage);
      }
    }
    expect(unnoticed.every((at) => at >= table.length - 48 && at < table.length - 8)).toBe(true);
    expect(unnoticed.length).toBeLessThan(40);
  });

  it.each([/^MANIFEST/, /\.log$/])('of a file like %s a changed byte is noticed, or ends it: nothing else is read', async (pattern) => {
    const bytes = await readFile(await fileLike(pattern));
    const records = logRecords(bytes, 'file');
    expect(records.length).toBeGreaterThan(0);
    for (let at = 0; at < bytes.length; at++) {
      try {
        const read = logRecords(flipped(bytes, at), 'file');
        expect(read).toEqual(records.slice(0, read.length));
      } catch (thrown) {
        if (!(thrown instanceof Damage)) throw thrown;
      }
    }
  });

  it('a manifest names the tables with their sizes, and the log', async () => {
    const manifest = await fileLike(/^MANIFEST/);
    const { tables, firstLog } = liveFiles(await readFile(manifest), 'manifest');
    const [[number, size]] = [...tables] as [[number, number]];
    expect(join(location, `00000${number}.ldb`)).toBe(await fileLike(/\.ldb$/));
    expect((await stat(await fileLike(/\.ldb$/))).size).toBe(size);
    expect(join(location, `00000${firstLog}.log`)).toBe(await fileLike(/\.log$/));
  });

  it('are not opened when one is missing, cut, or replaced by a folder', async () => {
    const table = await fileLike(/\.ldb$/);
    const before = await readFile(table);
    await truncate(table, 50);
    await expect(open()).rejects.toEqual(corrupt(/has 50 of \d+ bytes/));
    await rm(table);
    await expect(open()).rejects.toEqual(corrupt(/\.ldb is missing/));
    await writeFile(table, before);
    await rm(await fileLike(/\.log$/));
    await expect(open()).rejects.toEqual(corrupt(/\.log is missing/));
  });

  it('a table that is of another database is found, however sound it is', async () => {
    await expect(open(2)).rejects.toEqual(corrupt(/\.ldb is of another database/));
  });

  it('a table that was checked and then changed is found, though its size and its time are as they were', async () => {
    await (await open()).close();
    await (await open()).close();
    const table = await fileLike(/\.ldb$/);
    const { atime, mtime } = await stat(table);
    await writeFile(table, flipped(await readFile(table), 20));
    await utimes(table, atime, mtime);
    await expect(open()).rejects.toEqual(corrupt(/\.ldb is damaged at byte 0/));
  });

  it('a table that a killed process left half written is not part of the database', async () => {
    await writeFile(join(location, '000099.ldb'), 'half a table');
    await (await open()).close();
  });

  it('a database that ended the process twice when it was opened is not opened again', async () => {
    await (await open()).close();
    await writeFile(join(location, 'checked.json'), JSON.stringify({ unfinished: 1, sound: {} }));
    await (await open()).close();
    await writeFile(join(location, 'checked.json'), JSON.stringify({ unfinished: 2, sound: {} }));
    await expect(open()).rejects.toEqual(corrupt(/the last 2 attempts to open it ended the process/));
  });

  it('begins anew in a folder where the first opening was cut off, and in no other that lacks CURRENT', async () => {
    await rm(await fileLike(/^CURRENT$/));
    await expect(open()).rejects.toEqual(corrupt(/CURRENT is missing/));
    for (const name of await readdir(location)) await rm(join(location, name));
    await writeFile(join(location, 'MANIFEST-000001'), '');
    await (await open()).close();
  });
});
