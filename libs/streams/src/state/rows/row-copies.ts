/**
 * Rows that are copied into a batch of the database as bytes, past the write buffer. A row is one or more parts of its
 * key, and then `put` or `delete`. A later row replaces an earlier one of the same key.
 */
export interface RowCopies {
  /** Appends bytes to the key of the next row. */
  key(source: Buffer, from: number, length: number): void;
  /** Appends an int64 to the key of the next row. */
  number(value: number): void;
  /** Ends a row with its value: the bytes, behind `time` as int64 where it is given. */
  put(source: Buffer, from: number, length: number, time?: number): void;
  /** Ends a row: it is deleted. */
  delete(): void;
}
