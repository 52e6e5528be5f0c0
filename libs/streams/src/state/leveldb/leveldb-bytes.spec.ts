import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import type { ByteStore } from '../rows/byte-store.js';
import { bytesOf } from '../rows/byte-string.js';
import { RowCache } from '../cache/row-cache.js';
import { StoredValue } from '../rows/rows.js';
import { listed } from '../../conformance/store-lab.js';
import { LevelBytes } from './leveldb-bytes.js';

const value = (text: string) => new StoredValue(Buffer.from(text));

describe('rows in LevelDB', () => {
  let folder: string;
  let location: string;
  let turns: number;
  const opened: ByteStore[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-level-'));
    location = join(folder, 'db');
    turns = 0;
  });
  afterEach(async () => {
    for (const bytes of opened.splice(0)) await bytes.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async () => {
    const bytes = await LevelBytes.open({ location, seed: 7, cache: new RowCache(), turn: async () => void turns++ });
    opened.push(bytes);
    return bytes;
  };
  const texts = async (rows: ReturnType<LevelBytes['scan']>) =>
    (await listed(rows)).map(([key, row]) => `${key}=${row.encode().toString()}`);
  const put = (bytes: LevelBytes, ...keys: string[]) =>
    bytes.write({ changes: keys.map((key) => [key, value(key)] as const), discarded: [] });
  /** Writes rows past the checksums, behind one that is sound: what is found at opening is another matter. */
  const damage = async (changes: Readonly<Record<string, (stored: Buffer) => Buffer>>) => {
    const db = new Level<Buffer, Buffer>(location, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
    const rows = await Promise.all(
      Object.entries({ '0': (stored: Buffer) => stored, ...changes }).map(
        async ([key, change]) => [key, change(await db.get(bytesOf(key)))] as const,
      ),
    );
    for (const [key, stored] of rows) await db.put(bytesOf(key), stored);
    await db.close();
  };

  it('shows what was written, by key and in order', async () => {
    const bytes = await open();
    await put(bytes, 'b', 'a', '\xff', 'c');
    await bytes.write({ changes: [['c', null]], discarded: [] });
    expect(bytes.get('a')?.payload.toString()).toBe('a');
    expect(bytes.get('c')).toBeUndefined();
    expect(await texts(bytes.scan({}))).toEqual(['a=a', 'b=b', '\xff=\u00ff']);
    expect(await texts(bytes.scan({ from: 'a', to: 'b' }))).toEqual(['a=a']);
    expect(await texts(bytes.scan({ to: '\xff', reverse: true }))).toEqual(['b=b', 'a=a']);
  });

  it('scans what was there at the call', async () => {
    const bytes = await open();
    await put(bytes, 'a', 'b');
    const scan = bytes.scan({});
    await put(bytes, 'aa');
    expect(await texts(scan)).toEqual(['a=a', 'b=b']);
  });

  it('finds a damaged value when it is read, and when it is scanned', async () => {
    const bytes = await open();
    await put(bytes, '0', 'a', 'b');
    await bytes.close();
    await damage({
      a: (stored) => {
        stored[stored.length - 1]! ^= 1;
        return stored;
      },
    });
    const again = await open();
    expect(again.get('b')?.payload.toString()).toBe('b');
    expect(again.damage).toBeUndefined();
    expect(() => again.get('a')).toThrow(expect.objectContaining({ code: 'OUZEL_STATE_CORRUPT' }));
    expect(again.damage).toMatchObject({ code: 'OUZEL_STATE_CORRUPT', where: location });
    await expect(listed(again.scan({}))).rejects.toMatchObject({ code: 'OUZEL_STATE_CORRUPT' });
  });

  it('finds a value that belongs to another key, and one that was cut off', async () => {
    const bytes = await open();
    await put(bytes, '0', 'a', 'b');
    await bytes.close();
    let other: Buffer = Buffer.alloc(0);
    await damage({ b: (stored) => (other = stored) });
    await damage({ a: () => other, b: (stored) => stored.subarray(0, 3) });
    const again = await open();
    for (const key of ['a', 'b']) expect(() => again.get(key)).toThrow(expect.objectContaining({ code: 'OUZEL_STATE_CORRUPT' }));
  });

  it('removes what nobody reads any more', async () => {
    const bytes = await open();
    await put(bytes, 'a1', 'a2', 'b1');
    await bytes.write({ changes: [], discarded: [{ from: 'a', to: 'b' }] });
    expect(await texts(bytes.scan({}))).toEqual(['b1=b1']);
  });

  it('lets others have their turn while it puts a large batch together', async () => {
    const bytes = await open();
    await bytes.write({ changes: Array.from({ length: 10_000 }, (_, i) => [String(i), value('x')] as const), discarded: [] });
    expect(turns).toBeGreaterThan(1);
    await bytes.count({});
    expect(bytes.approximateCount({})).toBe(10_000);
  });

  it('can be open once', async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });

  it('does not take a folder that lost its database for an empty one', async () => {
    const bytes = await open();
    await put(bytes, 'a');
    await bytes.close();
    await rm(join(location, 'CURRENT'));
    await expect(open()).rejects.toMatchObject({ code: 'OUZEL_STATE_CORRUPT' });
  });
});
