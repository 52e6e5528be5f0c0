import type { ByteString } from '../rows/byte-string.js';
import { StoredValue } from '../rows/rows.js';

/**
 * A chunk as it is stored. Its suffixes are read at once, because a search needs them; its values are read one by one.
 *
 *   count, int32 | suffix* | ( end of the value, int32, from the first value on )* | value*
 */
export class StoredChunk {
  readonly suffixes: ByteString[] = [];
  private readonly ends: number;
  private readonly values: number;

  constructor(
    readonly bytes: Buffer,
    suffixLength: number,
  ) {
    const count = bytes.readInt32BE(0);
    this.ends = 4 + count * suffixLength;
    this.values = this.ends + 4 * count;
    const all = bytes.toString('latin1', 4, this.ends);
    for (let at = 0; at < all.length; at += suffixLength) this.suffixes.push(all.slice(at, at + suffixLength));
  }

  value(index: number): StoredValue {
    const from = index === 0 ? 0 : this.bytes.readInt32BE(this.ends + 4 * (index - 1));
    return new StoredValue(this.bytes.subarray(this.values + from, this.values + this.bytes.readInt32BE(this.ends + 4 * index)));
  }
}

/** Returns the stored form of a chunk, with room for this many bytes in front. */
export function encodeChunk(suffixes: readonly ByteString[], values: readonly StoredValue[], room: number): Buffer {
  const count = values.length;
  let length = room + 4;
  for (let i = 0; i < count; i++) length += suffixes[i]!.length + 4 + values[i]!.payload.length;
  const bytes = Buffer.allocUnsafe(length);
  let at = bytes.writeInt32BE(count, room);
  for (const suffix of suffixes) at += bytes.write(suffix, at, 'latin1');
  let end = 0;
  for (const { payload } of values) at = bytes.writeInt32BE((end += payload.length), at);
  for (const { payload } of values) at += payload.copy(bytes, at);
  return bytes;
}
