import type { ByteBatch } from '../rows/byte-store.js';
import { DecodedBudget } from '../rows/decoded-budget.js';
import { MemoryBytes } from '../memory/memory-bytes.js';
import { StoredValue, type RowRange } from '../rows/rows.js';
import { WriteBuffer } from './write-buffer.js';

const value = (text: string) => new StoredValue(Buffer.from(text));

/** Counts what reaches the rows below. */
class WatchedBytes extends MemoryBytes {
  reads = 0;
  discarded: RowRange[] = [];

  override get(key: string) {
    this.reads++;
    return super.get(key);
  }

  override write(batch: ByteBatch): Promise<number> {
    this.discarded.push(...batch.discarded);
    return super.write(batch);
  }
}

describe('the write buffer', () => {
  const opened = () => {
    const bytes = new WatchedBytes();
    const rows = new WriteBuffer('s:', bytes, new DecodedBudget());
    const commit = async () => {
      rows.freeze();
      await rows.writeFrozen();
      rows.thaw();
    };
    return { bytes, rows, commit };
  };

  it('answers what was put, and what was committed last, without asking below', async () => {
    const { bytes, rows, commit } = opened();
    rows.put('a', value('1'));
    expect(rows.get('a')?.encode().toString()).toBe('1');
    await commit();
    expect(rows.get('a')?.encode().toString()).toBe('1');
    rows.delete('a');
    expect(rows.get('a')).toBeUndefined();
    await commit();
    expect(rows.get('a')).toBeUndefined();
    expect(bytes.reads).toBe(0);
    rows.put('b', value('2'));
    await commit();
    expect(rows.get('a')).toBeUndefined();
    expect(bytes.reads).toBe(1);
  });

  it('keeps the prefix of its store to itself', async () => {
    const { bytes, rows, commit } = opened();
    rows.put('a', value('1'));
    await commit();
    expect(bytes.list({}).map(([key]) => key)).toEqual(['s:a']);
    expect(rows.list().map(([key]) => key)).toEqual(['a']);
  });

  it('counts what is not committed, however often it was put', async () => {
    const { rows, commit } = opened();
    rows.put('a', value('12345'));
    const once = rows.uncommittedBytes;
    rows.put('a', value('67890'));
    expect(rows.uncommittedBytes).toBe(once);
    rows.put('a', value('1'));
    expect(rows.uncommittedBytes).toBe(once - 4);
    rows.delete('a');
    expect(rows.uncommittedBytes).toBe(once - 5);
    await commit();
    expect(rows.uncommittedBytes).toBe(0);
  });

  it('makes one range of those that were given up one after the other', async () => {
    const { bytes, rows, commit } = opened();
    rows.put('a1', value('1'));
    rows.put('d1', value('1'));
    for (const [from, to] of ['ab', 'bc', 'xy', 'cd']) rows.discard({ from: from!, to: to! });
    expect(rows.get('a1')).toBeUndefined();
    await commit();
    expect(bytes.discarded).toEqual([
      { from: 's:a', to: 's:d' },
      { from: 's:x', to: 's:y' },
    ]);
    expect(rows.list().map(([key]) => key)).toEqual(['d1']);
  });
});
