import type { CacheEntry } from '../record-cache.js';
import { mergeRows } from '../merge-rows.js';
import type { Row, RowRange } from '../rows.js';

/** Rows with what a cache holds over them, as both are at the call. */
export function overlay(entries: Iterable<CacheEntry>, rows: AsyncIterable<Row>, { from, to }: RowRange, reverse: boolean): AsyncIterable<Row> {
  const writes: (readonly [Buffer, Buffer | null])[] = [];
  for (const { key, payload } of entries) {
    if ((from === undefined || Buffer.compare(key, from) >= 0) && (to === undefined || Buffer.compare(key, to) < 0)) writes.push([key, payload]);
  }
  if (writes.length === 0) return rows;
  writes.sort(([a], [b]) => Buffer.compare(a, b) * (reverse ? -1 : 1));
  return mergeRows(writes, rows, reverse);
}
