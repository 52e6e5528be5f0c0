import { VarintReader } from '@ouzel/core';
import { isXerial, xerialBlocks } from './xerial.js';

// Upper bounds of the size of decompressed blocks. They come from the headers of the blocks, so that a block that would
// fill the memory is refused before it is decompressed.

/** Returns the sum of the lengths at the beginning of all raw blocks, each an unsigned varint. */
export function snappyBound(bytes: Buffer): number {
  const blocks = isXerial(bytes) ? xerialBlocks(bytes) : [bytes];
  return blocks.reduce((sum, block) => sum + new VarintReader(block).unsigned(), 0);
}

// LZ4 frame:
//
//   magic uint32le | flags | block descriptor | content size uint64le? | dictionary int32? | header checksum
//   | (size uint32le | block | checksum uint32?)* | 0 | checksum?

/** Returns a bound: a block holds at most what the descriptor says, and LZ4 expands at most 255 times. */
export function lz4Bound(bytes: Buffer): number {
  const flags = bytes.readUInt8(4);
  const largest = 1 << (8 + 2 * ((bytes.readUInt8(5) >> 4) & 7));
  const trailer = (flags & 0x10) === 0 ? 0 : 4;
  let from = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  let sum = 0;
  for (;;) {
    const word = from + 4 <= bytes.length ? bytes.readUInt32LE(from) : 0;
    if (word === 0) return sum;
    const size = word & 0x7fffffff;
    sum += Math.min(largest, size * 255);
    from += 4 + size + trailer;
  }
}

// zstd frame (RFC 8878):
//
//   magic uint32le | descriptor | window? | dictionary id 0..4 | content size 0..8
//   | (last:1 type:2 size:21, uint24le | block)* | checksum uint32?

const zstdBlock = 128 * 1024;
const zstdMagic = 0xfd2fb528;

/** Returns a bound: a block becomes at most 128 KiB, and a block of one repeated byte has its length in its header. */
export function zstdBound(bytes: Buffer): number {
  if (bytes.readUInt32LE(0) !== zstdMagic) throw new RangeError('no zstd frame');
  const descriptor = bytes.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const contentSize = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let from = 5 + (singleSegment ? 0 : 1) + dictionary + contentSize;
  for (let sum = 0; ;) {
    const word = bytes.readUIntLE(from, 3);
    const size = word >> 3;
    const repeated = ((word >> 1) & 3) === 1;
    sum += repeated ? size : zstdBlock;
    if ((word & 1) === 1) return sum;
    from += 3 + (repeated ? 1 : size);
  }
}
