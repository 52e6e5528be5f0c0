const two32 = 2 ** 32;
const noUuid = '0'.repeat(32);

/**
 * Reads the body of a response; the counterpart of RequestWriter. Bytes are views of the response, not copies.
 *
 * Every call throws a RangeError when the response ends too early.
 */
export class ResponseReader {
  private position = 0;

  private constructor(
    private readonly buffer: Buffer,
    private readonly compact: boolean,
  ) {}

  static classic(payload: Buffer): ResponseReader {
    return new ResponseReader(payload, false);
  }

  static flexible(payload: Buffer): ResponseReader {
    return new ResponseReader(payload, true);
  }

  int8(): number {
    return this.buffer.readInt8(this.advance(1));
  }

  bool(): boolean {
    return this.int8() !== 0;
  }

  int16(): number {
    return this.buffer.readInt16BE(this.advance(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.advance(4));
  }

  int64(): number {
    const at = this.advance(8);
    return this.buffer.readInt32BE(at) * two32 + this.buffer.readUInt32BE(at + 4);
  }

  /** Returns the 16 bytes in hexadecimal; undefined where all are zero, which stands for none. */
  uuid(): string | undefined {
    const at = this.advance(16);
    const id = this.buffer.toString('hex', at, at + 16);
    return id === noUuid ? undefined : id;
  }

  /** Returns the empty string for null. */
  string(): string {
    return this.nullableString() ?? '';
  }

  nullableString(): string | null {
    const size = this.compact ? this.uvarint() - 1 : this.int16();
    if (size < 0) return null;
    const at = this.advance(size);
    return this.buffer.toString('utf8', at, at + size);
  }

  /** Returns no bytes for null. */
  bytes(): Buffer {
    return this.nullableBytes() ?? Buffer.alloc(0);
  }

  nullableBytes(): Buffer | null {
    const size = this.count();
    if (size < 0) return null;
    const at = this.advance(size);
    return this.buffer.subarray(at, at + size);
  }

  /** Returns an empty array for null. */
  array<T>(read: (reader: this) => T): T[] {
    const items: T[] = [];
    for (let left = this.count(); left > 0; left--) items.push(read(this));
    return items;
  }

  /** Ends a structure: reads the tagged fields of a flexible version that have a reader here, and skips the others. */
  tags(fields: Readonly<Record<number, (field: ResponseReader) => void>> = {}): void {
    if (!this.compact) return;
    for (let left = this.uvarint(); left > 0; left--) {
      const read = fields[this.uvarint()];
      const size = this.uvarint();
      const at = this.advance(size);
      read?.(ResponseReader.flexible(this.buffer.subarray(at, at + size)));
    }
  }

  private count(): number {
    return this.compact ? this.uvarint() - 1 : this.int32();
  }

  private uvarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.buffer.readUInt8(this.advance(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  private advance(bytes: number): number {
    const at = this.position;
    this.position += bytes;
    if (this.position > this.buffer.length) throw new RangeError(`response ends at byte ${this.buffer.length}, expected ${this.position}`);
    return at;
  }
}
