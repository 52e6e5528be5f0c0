import type { Row } from './rows.js';

/** Rows of a sorted store with newer writes over them; null is a deletion. Both sides must be in the order asked for. */
export async function* mergeRows(writes: readonly (readonly [Buffer, Buffer | null])[], rows: AsyncIterable<Row>, reverse: boolean): AsyncGenerator<Row> {
  const direction = reverse ? -1 : 1;
  let at = 0;
  for await (const row of rows) {
    let isReplaced = false;
    for (; at < writes.length; at++) {
      const [key, value] = writes[at]!;
      const order = Buffer.compare(key, row[0]) * direction;
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
