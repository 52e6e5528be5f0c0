import { kindOf, OuzelError } from '@ouzel/core';

/**
 * Data that queries and their results are made of. It is what a MessagePort can carry too, so that the same requests go
 * to another thread.
 */
export type WireData =
  undefined | null | boolean | number | bigint | string | Uint8Array | Date | readonly WireData[] | { readonly [name: string]: WireData };

/** How deep arrays and objects may lie in each other. */
const maxDepth = 64;

// A value is a tag and its content. Lengths and counts are uint32.
//
//   undefined, null, false, true | number: float64 | bigint: text | text: length, UTF-8 | bytes: length, bytes
//   Date: float64 | array: count, values | object: count, (text, value)*
const tags = { undefined: 0, null: 1, false: 2, true: 3, number: 4, bigint: 5, text: 6, bytes: 7, date: 8, array: 9, object: 10 } as const;

/** Returns the bytes of data. Throws OUZEL_STATE for what is no data, such as a function or an instance of a class. */
export function encodeData(data: unknown): Buffer {
  const writer = new Writer();
  writer.value(data, 0);
  return writer.bytes();
}

/** Returns the data that the bytes stand for. Throws OUZEL_STATE for bytes that are none; they may be hostile. */
export function decodeData(bytes: Buffer): WireData {
  const reader = new Reader(bytes);
  const data = reader.value(0);
  if (!reader.isAtEnd) throw malformed('bytes are left');
  return data;
}

class Writer {
  private buffer = Buffer.allocUnsafe(256);
  private length = 0;

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  value(data: unknown, depth: number): void {
    if (depth > maxDepth) throw unsendable('data that lies too deep');
    if (data === undefined) this.tag(tags.undefined);
    else if (data === null) this.tag(tags.null);
    else if (typeof data === 'boolean') this.tag(data ? tags.true : tags.false);
    else if (typeof data === 'number') this.number(tags.number, data);
    else if (typeof data === 'bigint') this.block(tags.bigint, Buffer.from(String(data)));
    else if (typeof data === 'string') this.block(tags.text, Buffer.from(data));
    else if (data instanceof Uint8Array) this.block(tags.bytes, data);
    else if (data instanceof Date) this.number(tags.date, data.getTime());
    else if (Array.isArray(data)) {
      this.count(tags.array, data.length);
      for (const item of data) this.value(item, depth + 1);
    } else if (isPlain(data)) {
      const entries = Object.entries(data);
      this.count(tags.object, entries.length);
      for (const [name, item] of entries) {
        this.block(tags.text, Buffer.from(name));
        this.value(item, depth + 1);
      }
    } else throw unsendable(kindOf(data));
  }

  private tag(tag: number): void {
    this.reserve(1);
    this.buffer[this.length++] = tag;
  }

  private number(tag: number, value: number): void {
    this.tag(tag);
    this.reserve(8);
    this.length = this.buffer.writeDoubleBE(value, this.length);
  }

  private count(tag: number, count: number): void {
    this.tag(tag);
    this.reserve(4);
    this.length = this.buffer.writeUInt32BE(count, this.length);
  }

  private block(tag: number, bytes: Uint8Array): void {
    this.count(tag, bytes.length);
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  value(depth: number): WireData {
    if (depth > maxDepth) throw malformed('it lies too deep');
    const tag = this.take(1)[0]!;
    if (tag === tags.undefined) return undefined;
    if (tag === tags.null) return null;
    if (tag === tags.false || tag === tags.true) return tag === tags.true;
    if (tag === tags.number) return this.take(8).readDoubleBE(0);
    if (tag === tags.bigint) return this.bigint();
    if (tag === tags.text) return this.block().toString();
    if (tag === tags.bytes) return this.block();
    if (tag === tags.date) return new Date(this.take(8).readDoubleBE(0));
    if (tag === tags.array) return Array.from({ length: this.count() }, () => this.value(depth + 1));
    // Entries are defined, not assigned: a name such as __proto__ is a name like any other.
    if (tag === tags.object) return Object.fromEntries(Array.from({ length: this.count() }, () => [this.name(), this.value(depth + 1)]));
    throw malformed(`there is no tag ${tag}`);
  }

  private name(): string {
    if (this.take(1)[0] !== tags.text) throw malformed('a name is no text');
    return this.block().toString();
  }

  private bigint(): bigint {
    const text = this.block().toString();
    if (text.length > 1_000 || !/^-?\d+$/.test(text)) throw malformed('a number is none');
    return BigInt(text);
  }

  private block(): Buffer {
    return this.take(this.take(4).readUInt32BE(0));
  }

  /** Every value takes a byte at least, so that a count can not announce more than there is. */
  private count(): number {
    const count = this.take(4).readUInt32BE(0);
    if (count > this.bytes.length - this.at) throw malformed('it ends early');
    return count;
  }

  private take(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw malformed('it ends early');
    return this.bytes.subarray(this.at, (this.at += length));
  }
}

function isPlain(data: unknown): data is object {
  if (typeof data !== 'object' || data === null) return false;
  const prototype: unknown = Object.getPrototypeOf(data);
  return prototype === Object.prototype || prototype === null;
}

function unsendable(what: string): OuzelError {
  return new OuzelError('OUZEL_STATE', {
    what: `${what} can not be sent to another instance`,
    help: 'Parameters and results of queries are numbers, texts, bytes, and arrays and plain objects of these.',
  });
}

function malformed(why: string): OuzelError {
  return new OuzelError('OUZEL_STATE', { what: `what another instance has sent can not be read: ${why}` });
}
