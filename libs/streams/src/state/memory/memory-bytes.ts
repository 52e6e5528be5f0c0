import { keyBytes, keyText } from '../byte-order.js';
import type { ByteBatch, ByteStore } from '../byte-store.js';
import type { Row, RowRange } from '../rows.js';
import { SortedMap } from '../sorted-map.js';

/** Rows in memory: for stores that are to live there, and for the test driver. */
export class MemoryBytes implements ByteStore {
  private readonly rows = new SortedMap<Buffer>();

  get(key: Buffer): Buffer | undefined {
    return this.rows.get(keyText(key));
  }

  scan(range: RowRange): AsyncIterable<Row> {
    const rows = this.inRange(range).map(([key, value]): Row => [keyBytes(key), value]);
    return iterate(range.reverse === true ? rows.reverse() : rows);
  }

  async write({ puts, deletes, discarded }: ByteBatch): Promise<void> {
    for (const range of discarded) for (const [key] of this.inRange(range)) this.rows.delete(key);
    for (const key of deletes) this.rows.delete(keyText(key));
    for (const [key, value] of puts) this.rows.set(keyText(key), value);
  }

  approximateCount(range: RowRange): number {
    return this.inRange(range).length;
  }

  async close(): Promise<void> {
    this.rows.clear();
  }

  private inRange({ from, to }: RowRange): [string, Buffer][] {
    return this.rows.range(from && keyText(from), to && keyText(to));
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* iterate(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}
