import { int32Text, type ByteString } from '../rows/byte-string.js';
import type { Rows, RowValue } from '../rows/rows.js';
import type { Decoded } from '../cache/recent-map.js';
import { Chunk } from './chunk.js';
import { RunHead } from './run-head.js';

export const headTag = '\x01';
export const chunkTag = '\x02';
/** Bytes of heap of a run without its head and chunks: its keys, its maps, and its entry in a map of runs. */
const runOverhead = 700;
/** How many chunks of one run are kept decoded. */
const decodedChunks = 16;

interface DecodedChunk {
  readonly row: ByteString;
  chunk: Chunk;
}

/** A run that is in use: its head, and the chunks that were used last, decoded. */
export class OpenRun implements Decoded {
  counted = 0;
  private readonly headRow: ByteString;
  private readonly chunks = new Map<number, DecodedChunk>();

  constructor(
    private readonly run: ByteString,
    private readonly rows: Rows,
    private readonly suffixLength: number,
  ) {
    this.headRow = headTag + run;
    const stored = rows.get(this.headRow);
    this.head = stored === undefined ? undefined : headOf(stored, suffixLength);
  }

  /** Undefined where the run has no entries. */
  head: RunHead | undefined;

  /** An estimate of its bytes of heap. The constants were measured with runs of one entry and of many. */
  get size(): number {
    let size = runOverhead + (this.head?.size ?? 0);
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
