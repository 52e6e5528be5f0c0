import { int32Text, type ByteString } from '../rows/byte-string.js';
import type { Rows, RowValue } from '../rows/rows.js';
import { Chunk } from './chunk.js';
import { RunHead } from './run-head.js';

export const headTag = '\x01';
export const chunkTag = '\x02';
/** Chunks of one run that are kept decoded. */
const decodedChunks = 16;

interface DecodedChunk {
  readonly row: ByteString;
  chunk: Chunk;
}

/** A run that is in use: its head and the chunks that were touched last, decoded. */
export class OpenRun {
  private readonly headRow: ByteString;
  private readonly chunks = new Map<number, DecodedChunk>();
  private counted: number;

  constructor(
    private readonly run: ByteString,
    private readonly rows: Rows,
    private readonly suffixLength: number,
  ) {
    this.headRow = headTag + run;
    const stored = rows.get(this.headRow);
    this.head = stored === undefined ? undefined : headOf(stored, suffixLength);
    this.counted = this.size;
  }

  /** Undefined: the run has no entries. */
  head: RunHead | undefined;

  /** By how much its size has changed since the last call. */
  growth(): number {
    const { size } = this;
    const growth = size - this.counted;
    this.counted = size;
    return growth;
  }

  /** About what it costs in memory. */
  get size(): number {
    let size = 200 + (this.head?.size ?? 0);
    for (const { chunk } of this.chunks.values()) size += chunk.size;
    return size;
  }

  putHead(head: RunHead): void {
    this.rows.put(this.headRow, head);
    this.head = head;
  }

  removeHead(): void {
    this.rows.delete(this.headRow);
    this.head = undefined;
  }

  chunk(number: number): Chunk {
    return this.decoded(number).chunk;
  }

  putChunk(number: number, chunk: Chunk): void {
    const known = this.chunks.get(number);
    if (known !== undefined) known.chunk = chunk;
    this.rows.put((known ?? this.keep(number, chunk)).row, chunk);
  }

  removeChunk(number: number): void {
    this.rows.delete(this.chunks.get(number)?.row ?? chunkRow(this.run, number));
    this.chunks.delete(number);
  }

  private decoded(number: number): DecodedChunk {
    const known = this.chunks.get(number);
    if (known !== undefined) return known;
    return this.keep(number, chunkOf(this.rows.get(chunkRow(this.run, number))!, this.suffixLength));
  }

  private keep(number: number, chunk: Chunk): DecodedChunk {
    if (this.chunks.size === decodedChunks) this.chunks.clear();
    const decoded = { row: chunkRow(this.run, number), chunk };
    this.chunks.set(number, decoded);
    return decoded;
  }
}

export function chunkRow(run: ByteString, number: number): ByteString {
  return chunkTag + run + int32Text(number);
}

export function headOf(value: RowValue, suffixLength: number): RunHead {
  return value instanceof RunHead ? value : RunHead.decode(value.encode(), suffixLength);
}

export function chunkOf(value: RowValue, suffixLength: number): Chunk {
  return value instanceof Chunk ? value : Chunk.decode(value.encode(), suffixLength);
}
