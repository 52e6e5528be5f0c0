import { byteString, type ByteString } from '../rows/byte-string.js';
import type { RowValue } from '../rows/rows.js';
import { Chunk } from './chunk.js';

/** Bytes of heap for a place and its suffix. */
const placeBytes = 100;

/** Says where a chunk of a run lies, and with which suffix it begins. */
export interface ChunkPlace {
  readonly number: number;
  readonly first: ByteString;
}

/**
 * The row under the name of a run. It holds the entries as long as they fit one chunk, else the places of the chunks. A
 * head is never changed.
 *
 *   0, int8 | chunk
 *   1, int8 | next number, int32 | ( number, int32 | first suffix )*
 */
export class RunHead implements RowValue {
  private constructor(
    readonly only: Chunk | undefined,
    readonly places: readonly ChunkPlace[],
    readonly next: number,
  ) {}

  static inline(chunk: Chunk): RunHead {
    return new RunHead(chunk, [], 1);
  }

  static directory(places: readonly ChunkPlace[], next: number): RunHead {
    return new RunHead(undefined, places, next);
  }

  /** Estimate of its bytes in the heap. */
  get size(): number {
    return this.only === undefined ? placeBytes * this.places.length : this.only.size;
  }

  /** Returns the index of the chunk where a suffix belongs. */
  placeOf(suffix: ByteString): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.places[middle]!.first <= suffix) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  encode(): Buffer {
    if (this.only !== undefined) {
      const inline = this.only.encode(1);
      inline[0] = 0;
      return inline;
    }
    const bytes = Buffer.allocUnsafe(5 + this.places.reduce((length, { first }) => length + 4 + first.length, 0));
    let at = bytes.writeInt32BE(this.next, bytes.writeInt8(1, 0));
    for (const { number, first } of this.places) {
      at = bytes.writeInt32BE(number, at);
      at += bytes.write(first, at, 'latin1');
    }
    return bytes;
  }

  static decode(bytes: Buffer, suffixLength: number): RunHead {
    if (bytes[0] === 0) return RunHead.inline(Chunk.decode(bytes.subarray(1), suffixLength));
    const places: ChunkPlace[] = [];
    for (let at = 5; at < bytes.length; at += 4 + suffixLength) {
      places.push({ number: bytes.readInt32BE(at), first: byteString(bytes.subarray(at + 4, at + 4 + suffixLength)) });
    }
    return RunHead.directory(places, bytes.readInt32BE(1));
  }
}
