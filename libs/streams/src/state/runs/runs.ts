import { int32Text, prefixEnd, type ByteString } from '../byte-string.js';
import type { Row, RowRange, Rows, RowValue, StoredValue } from '../rows.js';
import { Chunk } from './chunk.js';
import { RecentMap } from './recent-map.js';
import { RunHead, type ChunkPlace } from './run-head.js';

const headTag = '\x01';
const chunkTag = '\x02';
/** Bytes of rows that are kept decoded, because what is read and written all the time is mostly the same. */
const decodedBytes = 4 * 1024 * 1024;

/**
 * Ordered entries under one name, read and written without a scan: windows, sessions or versions of one key in one segment of time. However many a run has,
 * a put touches one chunk of it, a read those that it asks for, and a commit writes the chunks that were touched. Rows:
 *
 *   1, int8 | run                      head: the entries, or where the chunks are
 *   2, int8 | run | number, int32      chunk
 */
export class Runs {
  private readonly heads = new RecentMap<ByteString, RunHead>(decodedBytes);
  private readonly chunks = new RecentMap<ByteString, Chunk>(decodedBytes);

  constructor(
    private readonly rows: Rows,
    /** Of all entries: bytes that tell them apart within a run, and order them. */
    private readonly suffixLength: number,
  ) {}

  get(run: ByteString, suffix: ByteString): StoredValue | undefined {
    const head = this.head(run);
    if (head === undefined) return undefined;
    return (head.only ?? this.chunk(run, head.places[head.placeOf(suffix)]!.number)).get(suffix);
  }

  /** The first entry at or behind this suffix. */
  first(run: ByteString, suffix: ByteString): Row<StoredValue> | undefined {
    const head = this.head(run);
    if (head === undefined) return undefined;
    if (head.only !== undefined) return head.only.from(suffix);
    const at = head.placeOf(suffix);
    const found = this.chunk(run, head.places[at]!.number).from(suffix);
    const behind = head.places[at + 1];
    return found ?? (behind === undefined ? undefined : this.chunk(run, behind.number).from(suffix));
  }

  put(run: ByteString, suffix: ByteString, value: StoredValue): void {
    const head = this.head(run);
    if (head === undefined) this.putHead(run, RunHead.inline(Chunk.of(suffix, value)));
    else if (head.only !== undefined) this.putInline(run, head.only.put(suffix, value));
    else this.putChunk(run, head, suffix, value);
  }

  delete(run: ByteString, suffix: ByteString): void {
    const head = this.head(run);
    if (head === undefined) return;
    if (head.only !== undefined) {
      const left = head.only.without(suffix);
      if (left.length === 0) this.removeHead(run);
      else if (left !== head.only) this.putHead(run, RunHead.inline(left));
      return;
    }
    const at = head.placeOf(suffix);
    const { number, first } = head.places[at]!;
    const chunk = this.chunk(run, number);
    const left = chunk.without(suffix);
    if (left === chunk) return;
    if (left.length > 0) this.writeChunk(run, number, left);
    else this.removeChunk(run, head, at);
    if (left.length > 0 && left.first !== first) this.putHead(run, RunHead.directory(replaced(head.places, at, { number, first: left.first }), head.next));
  }

  /** Entries with `from <= suffix < to` in order. */
  range(run: ByteString, from: ByteString, to: ByteString | undefined): Row<StoredValue>[] {
    const found: Row<StoredValue>[] = [];
    const head = this.head(run);
    if (head === undefined) return found;
    if (head.only !== undefined) head.only.collect(from, to, found);
    for (let at = head.placeOf(from); at < head.places.length; at++) {
      const { number, first } = head.places[at]!;
      if (to !== undefined && first >= to) break;
      this.chunk(run, number).collect(from, to, found);
    }
    return found;
  }

  /** Runs with `from <= run < to` in order, each with all its entries; as they are at the call. */
  scan({ from, to, reverse = false }: RowRange): AsyncIterable<readonly [run: ByteString, entries: Row<StoredValue>[]]> {
    const within = (tag: ByteString): RowRange => ({ from: tag + (from ?? ''), to: to === undefined ? prefixEnd(tag) : tag + to, reverse });
    return this.whole(this.rows.scan(within(headTag)), this.rows.scan(within(chunkTag)));
  }

  /** Runs with `from <= run < to` are never asked for again. */
  discard(from: ByteString, to: ByteString): void {
    for (const tag of [headTag, chunkTag]) this.rows.discard({ from: tag + from, to: tag + to });
  }

  private async *whole(heads: AsyncIterable<Row>, chunkRows: AsyncIterable<Row>): AsyncGenerator<readonly [ByteString, Row<StoredValue>[]]> {
    const chunks = chunkRows[Symbol.asyncIterator]();
    const ahead = new Map<ByteString, Chunk>();
    try {
      for await (const [row, value] of heads) {
        const run = row.slice(1);
        const head = this.headOf(value);
        const entries: Row<StoredValue>[] = [];
        head.only?.collect('', undefined, entries);
        for (const { number } of head.places) (await this.find(chunkRow(run, number), chunks, ahead)).collect('', undefined, entries);
        yield [run, entries];
      }
    } finally {
      await chunks.return?.();
    }
  }

  /** Chunks are scanned beside their heads. Those of one run come by number and not in order, so they are read ahead. */
  private async find(row: ByteString, chunks: AsyncIterator<Row>, ahead: Map<ByteString, Chunk>): Promise<Chunk> {
    while (!ahead.has(row)) {
      const next = await chunks.next();
      if (next.done === true) break;
      ahead.set(next.value[0], this.chunkOf(next.value[1]));
    }
    const found = ahead.get(row)!;
    ahead.delete(row);
    return found;
  }

  private putInline(run: ByteString, [first, second]: readonly [Chunk] | readonly [Chunk, Chunk]): void {
    if (second === undefined) {
      this.putHead(run, RunHead.inline(first));
      return;
    }
    this.writeChunk(run, 1, first);
    this.writeChunk(run, 2, second);
    const places = [first, second].map(({ first: suffix }, i) => ({ number: i + 1, first: suffix }));
    this.putHead(run, RunHead.directory(places, 3));
  }

  private putChunk(run: ByteString, head: RunHead, suffix: ByteString, value: StoredValue): void {
    const at = head.placeOf(suffix);
    const { number, first } = head.places[at]!;
    const [kept, split] = this.chunk(run, number).put(suffix, value);
    this.writeChunk(run, number, kept);
    if (split === undefined && kept.first === first) return;
    const places = replaced(head.places, at, { number, first: kept.first });
    if (split === undefined) {
      this.putHead(run, RunHead.directory(places, head.next));
      return;
    }
    this.writeChunk(run, head.next, split);
    places.splice(at + 1, 0, { number: head.next, first: split.first });
    this.putHead(run, RunHead.directory(places, head.next + 1));
  }

  private removeChunk(run: ByteString, head: RunHead, at: number): void {
    const row = chunkRow(run, head.places[at]!.number);
    this.rows.delete(row);
    this.chunks.delete(row);
    if (head.places.length === 1) this.removeHead(run);
    else this.putHead(run, RunHead.directory(head.places.filter((_, i) => i !== at), head.next));
  }

  private head(run: ByteString): RunHead | undefined {
    const row = headTag + run;
    const known = this.heads.get(row);
    if (known !== undefined) return known;
    const value = this.rows.get(row);
    if (value === undefined) return undefined;
    const head = this.headOf(value);
    this.heads.set(row, head);
    return head;
  }

  private putHead(run: ByteString, head: RunHead): void {
    const row = headTag + run;
    this.rows.put(row, head);
    this.heads.set(row, head);
  }

  private removeHead(run: ByteString): void {
    const row = headTag + run;
    this.rows.delete(row);
    this.heads.delete(row);
  }

  private chunk(run: ByteString, number: number): Chunk {
    const row = chunkRow(run, number);
    const known = this.chunks.get(row);
    if (known !== undefined) return known;
    const chunk = this.chunkOf(this.rows.get(row)!);
    this.chunks.set(row, chunk);
    return chunk;
  }

  private writeChunk(run: ByteString, number: number, chunk: Chunk): void {
    const row = chunkRow(run, number);
    this.rows.put(row, chunk);
    this.chunks.set(row, chunk);
  }

  private headOf(value: RowValue): RunHead {
    return value instanceof RunHead ? value : RunHead.decode(value.encode(), this.suffixLength);
  }

  private chunkOf(value: RowValue): Chunk {
    return value instanceof Chunk ? value : Chunk.decode(value.encode(), this.suffixLength);
  }
}

function chunkRow(run: ByteString, number: number): ByteString {
  return chunkTag + run + int32Text(number);
}

function replaced(places: readonly ChunkPlace[], at: number, place: ChunkPlace): ChunkPlace[] {
  const copy = places.slice();
  copy[at] = place;
  return copy;
}

/** Runs as one scan of their entries: run and suffix, and value. */
export async function* unrolled(runs: ReturnType<Runs['scan']>, reverse: boolean): AsyncGenerator<Row<StoredValue>> {
  for await (const [run, entries] of runs) for (const [suffix, value] of reverse ? entries.reverse() : entries) yield [run + suffix, value];
}
