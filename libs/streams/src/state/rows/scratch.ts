import { writeInt64 } from '@ouzel/core';
import type { ByteString } from './byte-string.js';

/** Up to this length views are made once and used again. */
const mostReused = 1_024;
/** Up to this many bytes a loop is faster than a call into the runtime. */
const mostByHand = 64;

/**
 * Bytes that are put together at the same place again and again, for a reader that copies them at once. No Buffer is
 * made where they are short.
 */
export class Scratch {
  private bytes = Buffer.allocUnsafe(1_024);
  private length = 0;
  private views: Buffer[] = [];

  /** Keeps the first `length` bytes only. */
  cut(length: number): void {
    this.length = length;
  }

  add(source: Uint8Array, from: number, length: number): void {
    this.reserve(length);
    copyBytes(source, from, this.bytes, this.length, length);
    this.length += length;
  }

  addText(text: ByteString): void {
    const { length } = text;
    this.reserve(length);
    const { bytes, length: at } = this;
    if (length > mostByHand) bytes.write(text, at, 'latin1');
    else for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    this.length += length;
  }

  addInt64(value: number): void {
    this.reserve(8);
    this.length = writeInt64(this.bytes, value, this.length);
  }

  /** Returns the bytes. They change with the next use. */
  view(): Buffer {
    const { length } = this;
    if (length > mostReused) return this.bytes.subarray(0, length);
    return (this.views[length] ??= this.bytes.subarray(0, length));
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.views = [];
  }
}

/** Copies bytes from one place to another. */
export function copyBytes(source: Uint8Array, from: number, target: Uint8Array, at: number, length: number): void {
  if (length > mostByHand) target.set(length === source.length ? source : source.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i]!;
}
