/**
 * Bytes as a string with one character (0 to 255) per byte. It can not change, sorts as the bytes do, can be the key of
 * a Map, and is a copy: it does not keep the fetch response in memory that its bytes came from.
 */
export type ByteString = string;

/** Up to this many bytes a loop is faster than a call into the runtime. */
const mostByHand = 32;

export function byteString(bytes: Buffer): ByteString {
  return bytes.toString('latin1');
}

export function bytesOf(text: ByteString): Buffer {
  const { length } = text;
  if (length > mostByHand) return Buffer.from(text, 'latin1');
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Returns the smallest string behind all that begin with this prefix; undefined where there is none, because the prefix
 * is nothing but 0xff.
 */
export function prefixEnd(prefix: ByteString): ByteString | undefined {
  let length = prefix.length;
  while (length > 0 && prefix.charCodeAt(length - 1) === 0xff) length--;
  return length === 0 ? undefined : prefix.slice(0, length - 1) + String.fromCharCode(prefix.charCodeAt(length - 1) + 1);
}

const high = 4_294_967_296;
/** The last numbers that were encoded, with their texts: the same times come many times in a row. */
const recentNumbers = new Float64Array(64).fill(-1);
const recentTexts: ByteString[] = new Array<ByteString>(64).fill('');

/** Returns a whole number of at most 53 bits, not negative, as int64, big-endian. */
export function int64Text(value: number): ByteString {
  const slot = value & 63;
  if (recentNumbers[slot] === value) return recentTexts[slot]!;
  recentNumbers[slot] = value;
  return (recentTexts[slot] = int32Text(Math.floor(value / high)) + int32Text(value % high));
}

/** Returns the lower 32 bits of a whole number, big-endian. */
export function int32Text(value: number): ByteString {
  return String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

export function int64At(text: ByteString, at: number): number {
  return uint32At(text, at) * high + uint32At(text, at + 4);
}

export function uint32At(text: ByteString, at: number): number {
  return text.charCodeAt(at) * 0x1000000 + ((text.charCodeAt(at + 1) << 16) | (text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3));
}
