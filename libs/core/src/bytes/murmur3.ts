/** A 64-bit number in two halves. A BigInt for each step would cost more than the hash. */
class Word {
  high = 0;
  low = 0;

  set(high: number, low: number): this {
    this.high = high;
    this.low = low;
    return this;
  }

  xor(other: Word): void {
    this.high ^= other.high;
    this.low ^= other.low;
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.low = sum | 0;
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0;
  }

  multiply(high: number, low: number): void {
    const upper = upperProduct(this.low, low) + Math.imul(this.high, low) + Math.imul(this.low, high);
    this.low = Math.imul(this.low, low);
    this.high = upper | 0;
  }

  /** Rotates to the left by 1 to 63 bits, but not by 32. */
  rotate(bits: number): void {
    const [upper, lower] = bits < 32 ? [this.high, this.low] : [this.low, this.high];
    const by = bits & 31;
    this.high = (upper << by) | (lower >>> (32 - by));
    this.low = (lower << by) | (upper >>> (32 - by));
  }

  /** Spreads every bit over all bits (fmix64). */
  mix(): void {
    this.low ^= this.high >>> 1;
    this.multiply(0xff51afd7, 0xed558ccd);
    this.low ^= this.high >>> 1;
    this.multiply(0xc4ceb9fe, 0x1a85ec53);
    this.low ^= this.high >>> 1;
  }
}

/** Returns the upper half of the product of two unsigned 32-bit numbers. */
function upperProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
}

const seed = 104_729;
const h1 = new Word();
const h2 = new Word();
const k1 = new Word();
const k2 = new Word();

/**
 * Returns a hash of 128 bits, 16 bytes: murmur3 for x64 with the seed of Kafka Streams, with which foreign-key joins
 * compare values (Murmur3.hash128).
 */
export function murmur3(bytes: Buffer): Buffer {
  const { length } = bytes;
  h1.set(0, seed);
  h2.set(0, seed);
  const end = length & ~15;
  for (let at = 0; at < end; at += 16) block(bytes, at);
  if (end < length) tail(bytes, end);
  h1.low ^= length;
  h2.low ^= length;
  h1.add(h2.high, h2.low);
  h2.add(h1.high, h1.low);
  h1.mix();
  h2.mix();
  h1.add(h2.high, h2.low);
  h2.add(h1.high, h1.low);
  const hash = Buffer.allocUnsafe(16);
  hash.writeInt32BE(h1.high, 0);
  hash.writeInt32BE(h1.low, 4);
  hash.writeInt32BE(h2.high, 8);
  hash.writeInt32BE(h2.low, 12);
  return hash;
}

function block(bytes: Buffer, at: number): void {
  scramble1(k1.set(bytes.readInt32LE(at + 4), bytes.readInt32LE(at)));
  h1.rotate(27);
  h1.add(h2.high, h2.low);
  h1.multiply(0, 5);
  h1.add(0, 0x52dce729);
  scramble2(k2.set(bytes.readInt32LE(at + 12), bytes.readInt32LE(at + 8)));
  h2.rotate(31);
  h2.add(h1.high, h1.low);
  h2.multiply(0, 5);
  h2.add(0, 0x38495ab5);
}

/** Mixes the last 1 to 15 bytes in, as if zeros followed. */
function tail(bytes: Buffer, from: number): void {
  const rest = Buffer.alloc(16);
  bytes.copy(rest, 0, from);
  if (bytes.length - from > 8) scramble2(k2.set(rest.readInt32LE(12), rest.readInt32LE(8)));
  scramble1(k1.set(rest.readInt32LE(4), rest.readInt32LE(0)));
}

function scramble1(word: Word): void {
  word.multiply(0x87c37b91, 0x114253d5);
  word.rotate(31);
  word.multiply(0x4cf5ad43, 0x2745937f);
  h1.xor(word);
}

function scramble2(word: Word): void {
  word.multiply(0x4cf5ad43, 0x2745937f);
  word.rotate(33);
  word.multiply(0x87c37b91, 0x114253d5);
  h2.xor(word);
}
