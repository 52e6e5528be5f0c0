const high = 4_294_967_296;

/** Writes a whole number of at most 53 bits, of either sign, as int64, big-endian. Returns the position behind it. */
export function writeInt64(bytes: Buffer, value: number, at: number): number {
  const upper = Math.floor(value / high);
  bytes.writeInt32BE(upper, at);
  return bytes.writeUInt32BE(value - upper * high, at + 4);
}

/** Reads an int64, big-endian. The result is exact up to 2^53; check foreign bytes with `Number.isSafeInteger`. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * high + bytes.readUInt32BE(at + 4);
}
