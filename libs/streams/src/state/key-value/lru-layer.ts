import { StateError } from '@ouzel/core';
import type { ByteString } from '../rows/byte-string.js';
import { RowLayer } from '../layers/row-layer.js';
import type { Row, Rows, StoredValue } from '../rows/rows.js';

/** Rows of which only the most recently used stay (MemoryLRUCache). Has no order, so it can not be scanned. */
export class LruLayer extends RowLayer {
  /** Least recently used first. */
  private readonly used = new Set<ByteString>();

  constructor(
    rows: Rows,
    private readonly maxEntries: number,
    /** Told of a key whose row had to go. */
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

  /** A put that nobody is told of. */
  enter(key: ByteString, value: StoredValue | null): ByteString | undefined {
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

  override scan(): AsyncIterable<Row<StoredValue>> {
    throw new StateError('OUZEL_STATE', {
      what: 'an LRU map can not be scanned',
      where: `store "${this.store}"`,
      help: 'Take Stores.inMemoryKeyValueStore, which keeps everything.',
    });
  }

  get size(): number {
    return this.used.size;
  }

  private touch(key: ByteString): void {
    this.used.delete(key);
    this.used.add(key);
  }
}
