import type { RowRange, RowValue } from '../rows/rows.js';
import { SortedMap } from '../rows/sorted-map.js';

/** The last value that was written to a key in a generation; null is a deletion. */
export interface Write {
  value: RowValue | null;
}

/** The writes to one store between two commits. */
export class StoreGeneration {
  readonly writes = new SortedMap<Write>();
  readonly discarded: RowRange[] = [];
  bytes = 0;

  /**
   * Notes that a range is never read again. Ranges that follow one another become one: when old data is read fast,
   * segment after segment expires.
   */
  discard(range: RowRange): void {
    const before = this.discarded.findIndex(({ to }) => to !== undefined && to === range.from);
    if (before < 0) this.discarded.push(range);
    else this.discarded[before] = { from: this.discarded[before]!.from, to: range.to };
  }

  /** Adds a newer generation, whose writes win. */
  add(newer: StoreGeneration): void {
    for (const [key, write] of newer.writes.entries()) this.writes.set(key, write);
    for (const range of newer.discarded) this.discard(range);
    this.bytes += newer.bytes;
  }
}
