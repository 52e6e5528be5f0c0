import type { RowRange, RowValue } from '../rows/rows.js';
import { SortedMap } from '../rows/sorted-map.js';

/** What was written to one key since the last commit; null is a deletion. */
export interface Write {
  value: RowValue | null;
}

/** What was written to one store between two commits. */
export class Generation {
  readonly writes = new SortedMap<Write>();
  readonly discarded: RowRange[] = [];
  bytes = 0;

  /** Ranges that follow one another become one: when old data is read fast, segment after segment expires. */
  discard(range: RowRange): void {
    const before = this.discarded.findIndex(({ to }) => to !== undefined && to === range.from);
    if (before < 0) this.discarded.push(range);
    else this.discarded[before] = { from: this.discarded[before]!.from, to: range.to };
  }

  /** Adds a newer generation, whose writes win. */
  add(newer: Generation): void {
    for (const [key, write] of newer.writes.entries()) this.writes.set(key, write);
    for (const range of newer.discarded) this.discard(range);
    this.bytes += newer.bytes;
  }
}
