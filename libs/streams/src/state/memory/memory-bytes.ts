import type { ByteString } from '../rows/byte-string.js';
import type { ByteBatch, ByteStore, Extent } from '../rows/byte-store.js';
import type { Row, RowRange, RowValue } from '../rows/rows.js';
import { SortedMap } from '../rows/sorted-map.js';

/**
 * Rows in memory, for stores that live there and for the test driver. It keeps the objects that are put, and encodes
 * nothing.
 */
export class MemoryBytes implements ByteStore {
  private readonly rows = new SortedMap<RowValue>();

  get(key: ByteString): RowValue | undefined {
    return this.rows.get(key);
  }

  scan(range: RowRange): AsyncIterable<Row> {
    return iterate(this.list(range));
  }

  list({ from, to, reverse = false }: RowRange): Row[] {
    const rows = this.rows.range(from, to);
    return reverse ? rows.reverse() : rows;
  }

  async write({ changes, discarded }: ByteBatch): Promise<number> {
    for (const { from, to } of discarded) for (const [key] of this.rows.range(from, to)) this.rows.delete(key);
    for (const [key, value] of changes) {
      if (value === null) this.rows.delete(key);
      else this.rows.set(key, value);
    }
    await Promise.resolve();
    return 0;
  }

  approximateCount({ from, to }: RowRange): number {
    return from === undefined && to === undefined ? this.rows.size : this.rows.range(from, to).length;
  }

  async count(): Promise<void> {}

  async extent({ from = '', to }: RowRange): Promise<Extent> {
    await Promise.resolve();
    return { rows: from === '' && to === undefined ? this.rows.size : this.rows.range(from, to).length, bytes: 0 };
  }

  async close(): Promise<void> {
    this.rows.clear();
    await Promise.resolve();
  }
}

async function* iterate(rows: readonly Row[]): AsyncGenerator<Row> {
  await Promise.resolve();
  yield* rows;
}
