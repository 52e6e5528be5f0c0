import type { ByteString } from './byte-string.js';
import { SortedKeys } from './sorted-keys.js';

/**
 * A map by byte strings that can also be walked in order. Its keys are put in order only for a walk: point access costs
 * what it costs in a Map, and a walk costs what it visits and what was added since the last walk.
 */
export class SortedMap<V> {
  private readonly map = new Map<ByteString, V>();
  private readonly order = new SortedKeys();
  /** Keys that were added since the last walk; some may be removed again. */
  private added: ByteString[] = [];
  /** False where the order must be made from the map anew. */
  private isOrdered = true;

  get size(): number {
    return this.map.size;
  }

  get(key: ByteString): V | undefined {
    return this.map.get(key);
  }

  set(key: ByteString, value: V): void {
    const { map } = this;
    const { size } = map;
    map.set(key, value);
    if (map.size !== size && this.isOrdered) this.remember(key);
  }

  delete(key: ByteString): boolean {
    return this.map.delete(key);
  }

  clear(): void {
    this.map.clear();
    this.order.fill([]);
    this.added = [];
    this.isOrdered = true;
  }

  /** Returns all entries, in no order. */
  entries(): IterableIterator<[ByteString, V]> {
    return this.map.entries();
  }

  /** Returns the entries with `from <= key < to` in order, as they are now. */
  range(from: ByteString | undefined, to: ByteString | undefined): [ByteString, V][] {
    this.sort();
    const entries: [ByteString, V][] = [];
    for (const key of this.order.range(from, to)) {
      const value = this.map.get(key);
      if (value !== undefined) entries.push([key, value]);
    }
    return entries;
  }

  /** Returns the first entry in order. */
  first(): [ByteString, V] | undefined {
    this.sort();
    for (let key = this.order.first; key !== undefined; key = this.order.first) {
      const value = this.map.get(key);
      if (value !== undefined) return [key, value];
      this.order.removeFirst();
    }
    return undefined;
  }

  private remember(key: ByteString): void {
    this.added.push(key);
    // Keys that come and go between two walks must not pile up.
    if (this.added.length <= 1_024 + 2 * this.map.size) return;
    this.added = [];
    this.isOrdered = false;
  }

  private sort(): void {
    const { added, order, map } = this;
    if (this.isOrdered && added.length === 0) return;
    const isStale = order.size > 1_024 + 2 * map.size;
    if (!this.isOrdered || isStale || added.length > order.size / 8) order.fill([...map.keys()].sort(byBytes));
    else for (const key of added) order.add(key);
    this.added = [];
    this.isOrdered = true;
  }
}

function byBytes(a: ByteString, b: ByteString): number {
  return a < b ? -1 : 1;
}
