import { StateError } from '@ouzel/core';
import { RowLayer } from '../layers/row-layer.js';
import type { ByteString } from '../rows/byte-string.js';
import type { Row, Rows, StoredValue } from '../rows/rows.js';

/** Rows of which only the most recently used stay (MemoryLRUCache). It has no order, so it cannot be scanned. */
export class LruLayer extends RowLayer {
  /** Least recently used first. */
  private readonly used = new Set<ByteString>();

  constructor(
    rows: Rows,
    private readonly maxEntries: number,
    /** Called with the key of a row that had to go. */
    private readonly evicted: (key: ByteString) => void,
    private readonly store: string,
  ) {
    super(rows);
  }

  override get(key: ByteString): StoredValue | undefined {
    if (this.used.has(key)) this.touch(key);
    return super.get(key);
  }

  override put(key: ByteString, value: StoredValue | null): void {
    const oldest = this.enter(key, value);
    if (oldest !== undefined) this.evicted(oldest);
  }

  override restore(key: ByteString, value: StoredValue | null): void {
    this.enter(key, value);
  }

  override scan(): AsyncIterable<Row<StoredValue>> {
    throw new StateError('OUZEL_STATE', {
      what: 'an LRU map cannot be scanned',
      where: `state store "${this.store}"`,
      help: 'Use Stores.inMemoryKeyValueStore, which keeps everything.',
    });
  }

  override get size(): number {
    return this.used.size;
  }

  /** Puts a row and returns the key of the row that had to go for it. */
  private enter(key: ByteString, value: StoredValue | null): ByteString | undefined {
    super.put(key, value);
    if (value === null) {
      this.used.delete(key);
      return undefined;
    }
    this.touch(key);
    if (this.used.size <= this.maxEntries) return undefined;
    const [oldest] = this.used;
    this.used.delete(oldest!);
    super.put(oldest!, null);
    return oldest;
  }

  private touch(key: ByteString): void {
    this.used.delete(key);
    this.used.add(key);
  }
}
