const two32 = 2 ** 32;
const largestInt32 = 2 ** 31 - 1;

/**
 * Writes the body of a request. A flexible version (KIP-482) has compact strings, bytes and arrays, and structures that
 * end in tagged fields. In a classic one `tags` writes nothing, so that one encoder serves both.
 *
 *   classic:  string = length int16 | UTF-8        bytes = length int32 | bytes        array = count int32 | items
 *   flexible: string = length + 1 uvarint | UTF-8  bytes = length + 1 uvarint | bytes  array = count + 1 uvarint
 *           | items
 *
 * Null is the length -1 in a classic version, 0 in a flexible one.
 */
export class RequestWriter {
  private buffer = Buffer.allocUnsafe(256);
  private length = 0;
  /** Pieces before what the buffer holds from `pieceStart` on. */
  private readonly done: Buffer[] = [];
  private pieceStart = 0;

  private constructor(private readonly compact: boolean) {}

  static classic(): RequestWriter {
    return new RequestWriter(false);
  }

  static flexible(): RequestWriter {
    return new RequestWriter(true);
  }

  /** Returns what was written as one buffer. The writer is not used afterwards. */
  finish(): Buffer {
    const pieces = this.pieces();
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /**
   * Returns what was written: the buffers that `gathered` was given, and what stands between them. The writer is not
   * used afterwards.
   */
  pieces(): readonly Buffer[] {
    this.endPiece();
    return this.done;
  }

  int8(value: number): this {
    this.reserve(1);
    this.length = this.buffer.writeInt8(value, this.length);
    return this;
  }

  bool(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  int16(value: number): this {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(value, this.length);
    return this;
  }

  int32(value: number): this {
    this.reserve(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
    return this;
  }

  int64(value: number): this {
    this.reserve(8);
    this.length = this.buffer.writeInt32BE(Math.floor(value / two32), this.length);
    this.length = this.buffer.writeUInt32BE(value >>> 0, this.length);
    return this;
  }

  /** A duration as an int32. One that is too long becomes the longest, 24.8 days. */
  limit(value: number): this {
    return this.int32(Math.min(value, largestInt32));
  }

  /** Writes 16 bytes that are given in hexadecimal; zeros, which stand for none, for undefined. */
  uuid(value: string | undefined): this {
    this.reserve(16);
    if (value === undefined) this.buffer.fill(0, this.length, this.length + 16);
    else this.buffer.write(value, this.length, 16, 'hex');
    this.length += 16;
    return this;
  }

  string(value: string | null): this {
    if (value === null) return this.lengthOfNull(2);
    const size = Buffer.byteLength(value);
    if (this.compact) this.uvarint(size + 1);
    else this.int16(size);
    this.reserve(size);
    this.length += this.buffer.write(value, this.length);
    return this;
  }

  bytes(value: Buffer | null): this {
    if (value === null) return this.lengthOfNull(4);
    this.count(value.length);
    this.reserve(value.length);
    this.length += value.copy(this.buffer, this.length);
    return this;
  }

  /** Bytes that become a piece of their own and are not copied. They must not change until the request is sent. */
  gathered(value: Buffer): this {
    this.count(value.length);
    this.endPiece();
    this.done.push(value);
    return this;
  }

  /** Length of bytes, or count of an array. */
  private count(value: number): this {
    return this.compact ? this.uvarint(value + 1) : this.int32(value);
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.count(items.length);
    for (const item of items) write(item);
    return this;
  }

  nullArray(): this {
    return this.lengthOfNull(4);
  }

  emptyArray(): this {
    return this.count(0);
  }

  /** Ends a structure: no tagged fields. */
  tags(): this {
    return this.compact ? this.uvarint(0) : this;
  }

  private lengthOfNull(classicSize: 2 | 4): this {
    if (this.compact) return this.uvarint(0);
    return classicSize === 2 ? this.int16(-1) : this.int32(-1);
  }

  private uvarint(value: number): this {
    this.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
    return this;
  }

  private endPiece(): void {
    if (this.length > this.pieceStart) this.done.push(this.buffer.subarray(this.pieceStart, this.length));
    this.pieceStart = this.length;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
