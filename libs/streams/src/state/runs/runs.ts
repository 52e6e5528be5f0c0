import { prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { Row, RowRange, Rows, StoredValue } from '../rows/rows.js';
import { Chunk } from './chunk.js';
import { chunkOf, chunkRow, chunkTag, headOf, headTag, OpenRun } from './open-run.js';
import { RecentMap } from '../cache/recent-map.js';
import { RunHead, type ChunkPlace } from './run-head.js';
import { Scan } from '../rows/scan.js';

/** A run with all its entries. */
export type WholeRun = readonly [run: ByteString, entries: Row<StoredValue>[]];

/**
 * Runs: ordered entries under one name, which are read and written without a scan. They hold the windows, sessions or
 * versions of one key in one segment of time. However many entries a run has, a put touches one chunk of it, a read
 * touches those that it asks for, and a commit writes the chunks that were changed. Rows:
 *
 *   1, int8 | run                      head: the entries, or where the chunks are
 *   2, int8 | run | number, int32      chunk
 */
export class Runs {
  /** Runs that are kept decoded, because what is read and written all the time is mostly the same. */
  private readonly recent: RecentMap<OpenRun>;
  private last: OpenRun | undefined;
  private lastName: ByteString | undefined;

  constructor(
    private readonly rows: Rows,
    /** Length of the suffixes, which tell the entries of a run apart and order them; bytes. */
    private readonly suffixLength: number,
  ) {
    this.recent = new RecentMap(rows.decoded);
  }

  get(run: ByteString, suffix: ByteString): StoredValue | undefined {
    const open = this.open(run);
    const { head } = open;
    return head === undefined ? undefined : chunkAt(open, head, head.placeOf(suffix))?.get(suffix);
  }

  /** Returns the first entry at or behind this suffix. */
  first(run: ByteString, suffix: ByteString): Row<StoredValue> | undefined {
    const open = this.open(run);
    const { head } = open;
    if (head === undefined) return undefined;
    const at = head.placeOf(suffix);
    return chunkAt(open, head, at)!.from(suffix) ?? chunkAt(open, head, at + 1)?.from(suffix);
  }

  put(run: ByteString, suffix: ByteString, value: StoredValue): void {
    const open = this.open(run);
    const { head } = open;
    if (head === undefined) open.putHead(RunHead.inline(Chunk.of(suffix, value)));
    else if (head.only !== undefined) putInline(open, head.only.put(suffix, value));
    else putInChunk(open, head, suffix, value);
  }

  delete(run: ByteString, suffix: ByteString): void {
    const open = this.open(run);
    const { head } = open;
    if (head === undefined) return;
    if (head.only === undefined) deleteInChunk(open, head, suffix);
    else {
      const left = head.only.without(suffix);
      if (left.length === 0) open.removeHead();
      else if (left !== head.only) open.putHead(RunHead.inline(left));
    }
  }

  /** Returns the entries with `from <= suffix < to` in order. */
  range(run: ByteString, from: ByteString, to: ByteString | undefined): Row<StoredValue>[] {
    const found: Row<StoredValue>[] = [];
    const open = this.open(run);
    const { head } = open;
    if (head === undefined) return found;
    if (head.only !== undefined) head.only.collect(from, to, found);
    for (let at = head.placeOf(from); at < head.places.length; at++) {
      const { number, first } = head.places[at]!;
      if (to !== undefined && first >= to) break;
      open.chunk(number).collect(from, to, found);
    }
    return found;
  }

  /** Returns the runs with `from <= run < to` in order, each with all its entries, as they are at the call. */
  scan({ from, to, reverse = false }: RowRange): AsyncIterable<WholeRun> {
    const within = (tag: ByteString): RowRange => ({ from: tag + (from ?? ''), to: to === undefined ? prefixEnd(tag) : tag + to, reverse });
    const heads = this.rows.scan(within(headTag));
    const chunks = this.rows.scan(within(chunkTag));
    return Scan.over(this.whole(heads, chunks), heads, chunks);
  }

  /** Says that runs with `from <= run < to` are never read again. */
  discard(from: ByteString, to: ByteString): void {
    for (const tag of [headTag, chunkTag]) this.rows.discard({ from: tag + from, to: tag + to });
    this.recent.deleteRange(from, to);
    this.last = this.lastName = undefined;
  }

  /**
   * Returns a run. The last one is remembered, because operators read and write the same run several times in a row.
   */
  private open(run: ByteString): OpenRun {
    const { last } = this;
    if (run === this.lastName) return last!;
    if (last !== undefined) this.recent.recount(this.lastName!, last);
    let open = this.recent.get(run);
    if (open === undefined) this.recent.add(run, (open = new OpenRun(run, this.rows, this.suffixLength)));
    this.lastName = run;
    return (this.last = open);
  }

  private async *whole(heads: AsyncIterable<Row>, chunkRows: AsyncIterable<Row>): AsyncGenerator<WholeRun> {
    const chunks = chunkRows[Symbol.asyncIterator]();
    const ahead = new Map<ByteString, Chunk>();
    try {
      for await (const [row, value] of heads) {
        const run = row.slice(1);
        const head = headOf(value, this.suffixLength);
        const entries: Row<StoredValue>[] = [];
        head.only?.collect('', undefined, entries);
        for (const { number } of head.places) (await this.find(chunkRow(run, number), chunks, ahead)).collect('', undefined, entries);
        yield [run, entries];
      }
    } finally {
      await chunks.return?.();
    }
  }

  /**
   * Finds a chunk in the scan of chunks. Those of one run come by number and not in the order of their entries, so
   * others are kept until they are asked for.
   */
  private async find(row: ByteString, chunks: AsyncIterator<Row>, ahead: Map<ByteString, Chunk>): Promise<Chunk> {
    while (!ahead.has(row)) {
      const next = await chunks.next();
      if (next.done === true) break;
      ahead.set(next.value[0], chunkOf(next.value[1], this.suffixLength));
    }
    const found = ahead.get(row)!;
    ahead.delete(row);
    return found;
  }
}

function chunkAt(open: OpenRun, head: RunHead, at: number): Chunk | undefined {
  if (head.only !== undefined) return at === 0 ? head.only : undefined;
  const place = head.places[at];
  return place === undefined ? undefined : open.chunk(place.number);
}

function putInline(open: OpenRun, [first, second]: readonly [Chunk] | readonly [Chunk, Chunk]): void {
  if (second === undefined) {
    open.putHead(RunHead.inline(first));
    return;
  }
  const places = [first, second].map((chunk, i): ChunkPlace => {
    open.putChunk(i + 1, chunk);
    return { number: i + 1, first: chunk.first };
  });
  open.putHead(RunHead.directory(places, 3));
}

function putInChunk(open: OpenRun, head: RunHead, suffix: ByteString, value: StoredValue): void {
  const at = head.placeOf(suffix);
  const { number, first } = head.places[at]!;
  const [kept, split] = open.chunk(number).put(suffix, value);
  open.putChunk(number, kept);
  if (split === undefined && kept.first === first) return;
  const places = replaced(head.places, at, { number, first: kept.first });
  if (split === undefined) {
    open.putHead(RunHead.directory(places, head.next));
    return;
  }
  open.putChunk(head.next, split);
  places.splice(at + 1, 0, { number: head.next, first: split.first });
  open.putHead(RunHead.directory(places, head.next + 1));
}

function deleteInChunk(open: OpenRun, head: RunHead, suffix: ByteString): void {
  const at = head.placeOf(suffix);
  const { number, first } = head.places[at]!;
  const chunk = open.chunk(number);
  const left = chunk.without(suffix);
  if (left === chunk) return;
  if (left.length > 0) {
    open.putChunk(number, left);
    if (left.first !== first) open.putHead(RunHead.directory(replaced(head.places, at, { number, first: left.first }), head.next));
    return;
  }
  open.removeChunk(number);
  if (head.places.length === 1) open.removeHead();
  else
    open.putHead(
      RunHead.directory(
        head.places.filter((_, i) => i !== at),
        head.next,
      ),
    );
}

function replaced(places: readonly ChunkPlace[], at: number, place: ChunkPlace): ChunkPlace[] {
  const copy = places.slice();
  copy[at] = place;
  return copy;
}

/** Returns the entries of all runs as one scan. The key of an entry is its run and its suffix. */
export function unrolled(runs: AsyncIterable<WholeRun>, reverse: boolean): AsyncIterable<Row<StoredValue>> {
  return Scan.over(entriesOf(runs, reverse), runs);
}

async function* entriesOf(runs: AsyncIterable<WholeRun>, reverse: boolean): AsyncGenerator<Row<StoredValue>> {
  for await (const [run, entries] of runs) for (const [suffix, value] of reverse ? entries.reverse() : entries) yield [run + suffix, value];
}
