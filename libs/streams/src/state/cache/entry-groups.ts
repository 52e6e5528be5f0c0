import type { ByteString } from '../rows/byte-string.js';

/** An entry that has a place in the order of its group. */
interface Grouped {
  readonly key: ByteString;
}

/**
 * Entries by group, in the order of their keys. Groups must be small, or grow at their end: an entry in the middle
 * moves those behind it.
 */
export class EntryGroups<T extends Grouped> {
  private readonly groups = new Map<ByteString, T[]>();

  constructor(private readonly groupOf: (key: ByteString) => ByteString) {}

  add(entry: T): void {
    const name = this.groupOf(entry.key);
    const group = this.groups.get(name);
    if (group === undefined) this.groups.set(name, [entry]);
    else if (group[group.length - 1]!.key < entry.key) group.push(entry);
    else group.splice(firstAtLeast(group, entry.key), 0, entry);
  }

  remove(entry: T): void {
    const name = this.groupOf(entry.key);
    const group = this.groups.get(name)!;
    if (group.length === 1) this.groups.delete(name);
    else group.splice(firstAtLeast(group, entry.key), 1);
  }

  /** Returns the entries of a group with `from <= key < to`. */
  range(name: ByteString, from: ByteString, to: ByteString): T[] {
    const group = this.groups.get(name);
    if (group === undefined) return [];
    const found: T[] = [];
    for (let at = firstAtLeast(group, from); at < group.length && group[at]!.key < to; at++) found.push(group[at]!);
    return found;
  }

  /** Returns the entries of a group from `from` on, without the first for which `isEnd` holds and those behind it. */
  rangeUntil(name: ByteString, from: ByteString, isEnd: (entry: T) => boolean): T[] {
    const group = this.groups.get(name);
    if (group === undefined) return [];
    const found: T[] = [];
    for (let at = firstAtLeast(group, from); at < group.length && !isEnd(group[at]!); at++) found.push(group[at]!);
    return found;
  }

  clear(): void {
    this.groups.clear();
  }
}

function firstAtLeast(group: readonly Grouped[], key: ByteString): number {
  let low = 0;
  let high = group.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (group[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
