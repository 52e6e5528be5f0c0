// Kafka's variable-length whole numbers (ByteUtils):
//
//   varint, varlong   zigzag (0, -1, 1, -2, … as 0, 1, 2, 3, …), then
//   unsigned varint   groups of 7 bits, the lowest first; the high bit of a byte says that more follow

const two28 = 268_435_456;
const two32 = 4_294_967_296;

/** Returns how many bytes `writeVarint` takes for an int32. */
export function sizeOfVarint(value: number): number {
  return sizeOfUnsignedVarint(((value << 1) ^ (value >> 31)) >>> 0);
}

/** Returns how many bytes `writeUnsignedVarint` takes for a uint32. */
export function sizeOfUnsignedVarint(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < two28 ? 4 : 5;
}

/** Writes an int32. Returns the position behind it. */
export function writeVarint(bytes: Uint8Array, value: number, at: number): number {
  return writeUnsignedVarint(bytes, ((value << 1) ^ (value >> 31)) >>> 0, at);
}

/** Writes a uint32. Returns the position behind it. */
export function writeUnsignedVarint(bytes: Uint8Array, value: number, at: number): number {
  while (value >= 0x80) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}

/** Writes a whole number of at most 52 bits, of either sign. Returns the position behind it. */
export function writeVarlong(bytes: Uint8Array, value: number, at: number): number {
  if (value >= -0x80000000 && value <= 0x7fffffff) return writeVarint(bytes, value, at);
  let zigzag = value < 0 ? -2 * value - 1 : 2 * value;
  while (zigzag >= two32) {
    bytes[at++] = (zigzag % 128) | 0x80;
    zigzag = Math.floor(zigzag / 128);
  }
  return writeUnsignedVarint(bytes, zigzag, at);
}

/**
 * Reads variable-length numbers one after the other. One object is reused for a whole block, so that a number costs no
 * allocation. `at` runs past the end when the bytes are cut off: compare it with the length before you trust a result.
 */
export class VarintReader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  varint(): number {
    const value = this.unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Reads a uint32. Bits beyond 32 are lost. */
  unsigned(): number {
    const { bytes } = this;
    let byte = bytes[this.at++]!;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
      if (!(byte >= 0x80)) break;
    }
    return value >>> 0;
  }

  /** Reads a whole number that is not negative. It is exact up to 53 bits. */
  unsignedLong(): number {
    const { bytes } = this;
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[this.at++]!;
      value += (byte & 0x7f) * factor;
      if (!(byte >= 0x80)) return value;
    }
  }

  /** Reads a whole number of either sign. It is exact up to 52 bits. */
  varlong(): number {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    let byte: number;
    let shift = 0;
    do {
      byte = bytes[this.at++]!;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else high += (byte & 0x7f) * 2 ** (shift - 28);
      shift += 7;
    } while (byte >= 0x80 && shift < 70);
    if (high === 0) return (low >>> 1) ^ -(low & 1);
    const half = Math.floor(high / 2) * two28 + ((low >>> 1) | ((high % 2) * (two28 / 2)));
    return (low & 1) === 0 ? half : -half - 1;
  }
}
