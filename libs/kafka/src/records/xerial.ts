// The framing of Java's snappy library, which Kafka's producers write; others write one raw block:
//
//   magic 82 "SNAPPY" 00 | version int32 = 1 | compatible version int32 = 1 | (length int32 | raw snappy block)*

const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const header = Buffer.concat([magic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])]);
const blockSize = 32 * 1024;

export function isXerial(bytes: Buffer): boolean {
  return bytes.length >= header.length && bytes.compare(magic, 0, magic.length, 0, magic.length) === 0;
}

export function wrapXerial(bytes: Buffer, compress: (block: Buffer) => Buffer): Buffer {
  const parts: Buffer[] = [header];
  for (let from = 0; from < bytes.length; from += blockSize) {
    const block = compress(bytes.subarray(from, from + blockSize));
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

export function unwrapXerial(bytes: Buffer, decompress: (block: Buffer) => Buffer): Buffer {
  return Buffer.concat(xerialBlocks(bytes).map(decompress));
}

/** Returns the raw blocks. Throws when they do not fill the bytes. */
export function xerialBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let from = header.length; from < bytes.length;) {
    const end = from + 4 + bytes.readInt32BE(from);
    if (end <= from + 4 || end > bytes.length) throw new RangeError('impossible length of a snappy block');
    blocks.push(bytes.subarray(from + 4, end));
    from = end;
  }
  return blocks;
}
