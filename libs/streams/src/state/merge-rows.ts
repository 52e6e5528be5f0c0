import type { Row } from './rows.js';

/** Rows of a sorted store with newer writes over them; null is a deletion. Both sides must be in the order asked for. */
export async function* mergeRows<V>(writes: readonly Row<V | null>[], rows: AsyncIterable<Row<V>>, reverse: boolean): AsyncGenerator<Row<V>> {
  let at = 0;
  for await (const row of rows) {
    let isReplaced = false;
    for (; at < writes.length; at++) {
      const [key, value] = writes[at]!;
      if (reverse ? key < row[0] : key > row[0]) break;
      if (key === row[0]) isReplaced = true;
      if (value !== null) yield [key, value];
    }
    if (!isReplaced) yield row;
  }
  for (; at < writes.length; at++) {
    const [key, value] = writes[at]!;
    if (value !== null) yield [key, value];
  }
}
