import { keyBytes, keyText } from '../byte-order.js';
import type { Row, RowRange, Rows } from '../rows.js';

/** Rows of which only the most recently used stay: the others are forgotten, and nobody is told (MemoryLRUCache). */
export class LruRows implements Rows {
  /** Keys, least recently used first. */
  private readonly used = new Set<string>();

  constructor(
    private readonly rows: Rows,
    private readonly maxEntries: number,
  ) {}

  get(key: Buffer): Buffer | undefined {
    const value = this.rows.get(key);
    if (value !== undefined) this.touch(keyText(key));
    return value;
  }

  put(key: Buffer, value: Buffer): void {
    this.rows.put(key, value);
    this.touch(keyText(key));
    if (this.used.size <= this.maxEntries) return;
    const [oldest] = this.used;
    this.used.delete(oldest!);
    this.rows.delete(keyBytes(oldest!));
  }

  delete(key: Buffer): void {
    this.used.delete(keyText(key));
    this.rows.delete(key);
  }

  scan(range: RowRange): AsyncIterable<Row> {
    return this.rows.scan(range);
  }

  discard(range: RowRange): void {
    this.rows.discard(range);
  }

  approximateCount(): number {
    return this.used.size;
  }

  private touch(text: string): void {
    this.used.delete(text);
    this.used.add(text);
  }
}
