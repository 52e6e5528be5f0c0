import type { ByteString } from './byte-string.js';
import type { Row } from './rows.js';
import { Scan } from './scan.js';

export function byBytes(a: ByteString, b: ByteString): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Returns the rows of a sorted store with newer writes over them; null is a deletion. Both sides must be in the order
 * that is asked for: that of `compare`, or its reverse.
 */
export function mergeRows<V>(
  writes: readonly Row<V | null>[],
  rows: AsyncIterable<Row<V>>,
  reverse: boolean,
  compare = byBytes,
): Scan<Row<V>> {
  return Scan.over(merged(writes, rows, reverse ? (a, b) => compare(b, a) : compare), rows);
}

async function* merged<V>(writes: readonly Row<V | null>[], rows: AsyncIterable<Row<V>>, compare: typeof byBytes): AsyncGenerator<Row<V>> {
  let at = 0;
  for await (const row of rows) {
    let isReplaced = false;
    for (; at < writes.length; at++) {
      const [key, value] = writes[at]!;
      const order = compare(key, row[0]);
      if (order > 0) break;
      if (order === 0) isReplaced = true;
      if (value !== null) yield [key, value];
    }
    if (!isReplaced) yield row;
  }
  for (; at < writes.length; at++) {
    const [key, value] = writes[at]!;
    if (value !== null) yield [key, value];
  }
}

/** Returns what `mergeRows` does, for lists. */
export function mergeLists<V>(writes: readonly Row<V | null>[], rows: readonly Row<V>[]): Row<V>[] {
  if (writes.length === 0) return rows.slice();
  const newer = new Set(writes.map(([key]) => key));
  const merged = [...rows.filter(([key]) => !newer.has(key)), ...writes.filter((row): row is Row<V> => row[1] !== null)];
  return merged.sort(([a], [b]) => byBytes(a, b));
}
