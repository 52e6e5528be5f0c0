import type { ByteString } from '../byte-string.js';
import { StoredValue, type Row, type RowValue } from '../rows.js';

/** Entries of one chunk, at most; and bytes, where there is more than one entry. */
const mostEntries = 64;
const mostBytes = 64 * 1024;
const entryOverhead = 64;

/**
 * Some entries of a run, in order. Never changed: a put makes another chunk, so that a scan or a commit keeps the one that it has. One that only appends shares its
 * lists with the chunk before, which sees no further than its own length.
 *
 *   ( suffix | length, int32 | value )*
 */
export class Chunk implements RowValue {
  private constructor(
    /** All of one length; those behind `length` belong to a newer chunk. */
    private readonly suffixes: ByteString[],
    private readonly values: StoredValue[],
    readonly length: number,
    readonly size: number,
  ) {}

  static of(suffix: ByteString, value: StoredValue): Chunk {
    return new Chunk([suffix], [value], 1, sizeOf(suffix, value));
  }

  get first(): ByteString {
    return this.suffixes[0]!;
  }

  get(suffix: ByteString): StoredValue | undefined {
    const at = this.firstAtLeast(suffix);
    return at < this.length && this.suffixes[at] === suffix ? this.values[at] : undefined;
  }

  /** The chunk with this entry, or the two that it fills. Appending leaves the first one full, because time mostly goes on. */
  put(suffix: ByteString, value: StoredValue): readonly [Chunk] | readonly [Chunk, Chunk] {
    const at = this.firstAtLeast(suffix);
    const isReplaced = at < this.length && this.suffixes[at] === suffix;
    const size = this.size + sizeOf(suffix, value) - (isReplaced ? sizeOf(suffix, this.values[at]!) : 0);
    const isFull = this.length > 0 && !isReplaced && (this.length === mostEntries || size > mostBytes);
    if (at === this.length) return isFull ? [this, Chunk.of(suffix, value)] : [this.appended(suffix, value, size)];
    const removed = isReplaced ? 1 : 0;
    const grown = this.spliced(at, removed, [suffix], [value], size);
    return isFull ? grown.halves() : [grown];
  }

  /** The chunk without this entry; itself when it has none. */
  without(suffix: ByteString): Chunk {
    const at = this.firstAtLeast(suffix);
    if (at === this.length || this.suffixes[at] !== suffix) return this;
    return this.spliced(at, 1, [], [], this.size - sizeOf(suffix, this.values[at]!));
  }

  /** The first entry at or behind this suffix. */
  from(suffix: ByteString): Row<StoredValue> | undefined {
    const at = this.firstAtLeast(suffix);
    return at === this.length ? undefined : [this.suffixes[at]!, this.values[at]!];
  }

  /** Appends the entries with `from <= suffix < to` to a list. */
  collect(from: ByteString, to: ByteString | undefined, into: Row<StoredValue>[]): void {
    for (let at = this.firstAtLeast(from); at < this.length; at++) {
      const suffix = this.suffixes[at]!;
      if (to !== undefined && suffix >= to) return;
      into.push([suffix, this.values[at]!]);
    }
  }

  encode(): Buffer {
    let length = 0;
    for (let i = 0; i < this.length; i++) length += this.suffixes[i]!.length + 4 + this.values[i]!.payload.length;
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (let i = 0; i < this.length; i++) {
      const { payload } = this.values[i]!;
      at += bytes.write(this.suffixes[i]!, at, 'latin1');
      at = bytes.writeInt32BE(payload.length, at);
      at += payload.copy(bytes, at);
    }
    return bytes;
  }

  static decode(bytes: Buffer, suffixLength: number): Chunk {
    const suffixes: ByteString[] = [];
    const values: StoredValue[] = [];
    for (let at = 0; at < bytes.length;) {
      suffixes.push(bytes.toString('latin1', at, at + suffixLength));
      at += suffixLength;
      const length = bytes.readInt32BE(at);
      values.push(new StoredValue(bytes.subarray(at + 4, at + 4 + length)));
      at += 4 + length;
    }
    return new Chunk(suffixes, values, suffixes.length, bytes.length + entryOverhead * suffixes.length);
  }

  private appended(suffix: ByteString, value: StoredValue, size: number): Chunk {
    const { length } = this;
    const isNewest = this.suffixes.length === length;
    const suffixes = isNewest ? this.suffixes : this.suffixes.slice(0, length);
    const values = isNewest ? this.values : this.values.slice(0, length);
    suffixes.push(suffix);
    values.push(value);
    return new Chunk(suffixes, values, length + 1, size);
  }

  private spliced(at: number, removed: number, suffix: readonly ByteString[], value: readonly StoredValue[], size: number): Chunk {
    const suffixes = this.suffixes.slice(0, this.length);
    const values = this.values.slice(0, this.length);
    suffixes.splice(at, removed, ...suffix);
    values.splice(at, removed, ...value);
    return new Chunk(suffixes, values, suffixes.length, size);
  }

  private halves(): readonly [Chunk, Chunk] {
    const middle = this.length >>> 1;
    return [this.part(0, middle), this.part(middle, this.length)];
  }

  private part(from: number, to: number): Chunk {
    const values = this.values.slice(from, to);
    const suffixes = this.suffixes.slice(from, to);
    const size = values.reduce((sum, value) => sum + sizeOf(this.first, value), 0);
    return new Chunk(suffixes, values, values.length, size);
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
  return entryOverhead + suffix.length + 4 + value.payload.length;
}
