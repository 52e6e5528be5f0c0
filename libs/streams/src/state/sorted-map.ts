/**
 * A map by text keys that can also be walked in order. Keys are sorted only when somebody walks: point access costs what a Map costs, and a walk after few
 * changes costs little more than what it visits.
 */
export class SortedMap<V> {
  private readonly map = new Map<string, V>();
  private sorted: string[] = [];
  /** Keys that are new since the last walk. */
  private added: string[] = [];
  private removed = 0;

  get size(): number {
    return this.map.size;
  }

  get(key: string): V | undefined {
    return this.map.get(key);
  }

  has(key: string): boolean {
    return this.map.has(key);
  }

  set(key: string, value: V): void {
    if (!this.map.has(key)) this.added.push(key);
    this.map.set(key, value);
  }

  delete(key: string): boolean {
    const found = this.map.delete(key);
    if (found) this.removed++;
    return found;
  }

  clear(): void {
    this.map.clear();
    this.sorted = [];
    this.added = [];
    this.removed = 0;
  }

  /** All entries, in no order. */
  entries(): IterableIterator<[string, V]> {
    return this.map.entries();
  }

  /** Entries with `from <= key < to` in order, as they are now. */
  range(from: string | undefined, to: string | undefined): [string, V][] {
    this.sort();
    const entries: [string, V][] = [];
    for (let i = from === undefined ? 0 : this.firstAtLeast(from); i < this.sorted.length; i++) {
      const key = this.sorted[i]!;
      if (to !== undefined && key >= to) break;
      entries.push([key, this.map.get(key)!]);
    }
    return entries;
  }

  private sort(): void {
    if (this.removed > 0) {
      this.sorted = this.sorted.filter((key) => this.map.has(key));
      // A key that was removed and added again stands in both lists.
      const seen = new Set(this.sorted);
      this.added = [...new Set(this.added)].filter((key) => this.map.has(key) && !seen.has(key));
      this.removed = 0;
    }
    if (this.added.length === 0) return;
    this.added.sort(byText);
    this.sorted = this.sorted.length === 0 ? this.added : merge(this.sorted, this.added);
    this.added = [];
  }

  private firstAtLeast(key: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function merge(a: readonly string[], b: readonly string[]): string[] {
  const merged = new Array<string>(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let at = 0; at < merged.length; at++) {
    if (j >= b.length || (i < a.length && a[i]! < b[j]!)) merged[at] = a[i++]!;
    else merged[at] = b[j++]!;
  }
  return merged;
}
