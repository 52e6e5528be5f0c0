import type { ByteString } from '../rows/byte-string.js';
import type { Row, RowValue, StoredValue } from '../rows/rows.js';
import { encodeChunk, StoredChunk } from './stored-chunk.js';

/** Limits of a chunk: its entries, and its bytes where it has more than one entry. */
const mostEntries = 64;
const mostBytes = 64 * 1024;
/** Bytes of heap for the objects of an entry: value, Buffer and suffix. */
const entryOverhead = 200;

/**
 * Some entries of a run, in order. A chunk is never changed: a put makes another chunk, so that a scan or a commit
 * keeps the one that it has. A chunk that was made by appending shares its lists with the former chunk, which does not
 * look beyond its own length.
 */
export class Chunk implements RowValue {
  private constructor(
    /** Suffixes, all of the same length. Those behind `length` belong to a newer chunk. */
    private readonly suffixes: ByteString[],
    /** Values. Those that were not read yet are undefined here, and are in `stored`. */
    private readonly values: (StoredValue | undefined)[],
    readonly length: number,
    /** Estimate of its bytes in the heap. */
    readonly size: number,
    private readonly stored: StoredChunk | undefined,
  ) {}

  static of(suffix: ByteString, value: StoredValue): Chunk {
    return new Chunk([suffix], [value], 1, sizeOf(suffix, value), undefined);
  }

  static decode(bytes: Buffer, suffixLength: number): Chunk {
    const stored = new StoredChunk(bytes, suffixLength);
    const { suffixes } = stored;
    return new Chunk(
      suffixes,
      new Array<undefined>(suffixes.length).fill(undefined),
      suffixes.length,
      2 * bytes.length + entryOverhead * suffixes.length,
      stored,
    );
  }

  get first(): ByteString {
    return this.suffixes[0]!;
  }

  get(suffix: ByteString): StoredValue | undefined {
    const at = this.firstAtLeast(suffix);
    return at < this.length && this.suffixes[at] === suffix ? this.valueAt(at) : undefined;
  }

  /**
   * Returns the chunk with this entry, or the two chunks that it fills. Appending leaves the first one full, because
   * time mostly goes on.
   */
  put(suffix: ByteString, value: StoredValue): readonly [Chunk] | readonly [Chunk, Chunk] {
    const at = this.firstAtLeast(suffix);
    const isReplaced = at < this.length && this.suffixes[at] === suffix;
    const size = this.size + sizeOf(suffix, value) - (isReplaced ? sizeOf(suffix, this.valueAt(at)) : 0);
    const isFull = this.length > 0 && !isReplaced && (this.length === mostEntries || size > mostBytes);
    if (at === this.length) return isFull ? [this, Chunk.of(suffix, value)] : [this.appended(suffix, value, size)];
    const grown = isReplaced ? this.spliced(at, 1, size, [suffix, value]) : this.spliced(at, 0, size, [suffix, value]);
    return isFull ? grown.halves() : [grown];
  }

  /** Returns the chunk without this entry; itself where it has no such entry. */
  without(suffix: ByteString): Chunk {
    const at = this.firstAtLeast(suffix);
    if (at === this.length || this.suffixes[at] !== suffix) return this;
    return this.spliced(at, 1, this.size - sizeOf(suffix, this.valueAt(at)));
  }

  /** Returns the first entry at or behind this suffix. */
  from(suffix: ByteString): Row<StoredValue> | undefined {
    const at = this.firstAtLeast(suffix);
    return at === this.length ? undefined : [this.suffixes[at]!, this.valueAt(at)];
  }

  /** Appends the entries with `from <= suffix < to` to a list. */
  collect(from: ByteString, to: ByteString | undefined, into: Row<StoredValue>[]): void {
    for (let at = this.firstAtLeast(from); at < this.length; at++) {
      const suffix = this.suffixes[at]!;
      if (to !== undefined && suffix >= to) return;
      into.push([suffix, this.valueAt(at)]);
    }
  }

  /** Encodes the chunk, with room for this many bytes in front. */
  encode(room = 0): Buffer {
    return encodeChunk(this.suffixes.slice(0, this.length), this.allValues(), room);
  }

  private valueAt(at: number): StoredValue {
    return (this.values[at] ??= this.stored!.value(at));
  }

  private allValues(): StoredValue[] {
    const values: StoredValue[] = [];
    for (let at = 0; at < this.length; at++) values.push(this.valueAt(at));
    return values;
  }

  private appended(suffix: ByteString, value: StoredValue, size: number): Chunk {
    const { length } = this;
    const isNewest = this.suffixes.length === length;
    const suffixes = isNewest ? this.suffixes : this.suffixes.slice(0, length);
    const values = isNewest ? this.values : this.values.slice(0, length);
    suffixes.push(suffix);
    values.push(value);
    return new Chunk(suffixes, values, length + 1, size, this.stored);
  }

  private spliced(at: number, removed: number, size: number, added?: Row<StoredValue>): Chunk {
    const suffixes = this.suffixes.slice(0, this.length);
    const values = this.allValues();
    if (added === undefined) {
      suffixes.splice(at, removed);
      values.splice(at, removed);
    } else {
      suffixes.splice(at, removed, added[0]);
      values.splice(at, removed, added[1]);
    }
    return new Chunk(suffixes, values, suffixes.length, size, undefined);
  }

  private halves(): readonly [Chunk, Chunk] {
    const middle = this.length >>> 1;
    return [this.part(0, middle), this.part(middle, this.length)];
  }

  private part(from: number, to: number): Chunk {
    const values = this.allValues().slice(from, to);
    const size = values.reduce((sum, value) => sum + sizeOf(this.first, value), 0);
    return new Chunk(this.suffixes.slice(from, to), values, values.length, size, undefined);
  }

  private firstAtLeast(suffix: ByteString): number {
    const { suffixes, length } = this;
    if (length === 0 || suffixes[length - 1]! < suffix) return length;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (suffixes[middle]! < suffix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function sizeOf(suffix: ByteString, value: StoredValue): number {
  // A Buffer is cut from a pool and wastes some of it; what a serde decoded may be kept beside it.
  return entryOverhead + suffix.length + 2 * value.payload.length;
}
