import { readInt64, writeInt64, Headers } from '@ouzel/core';
import type { RecordContext } from '../../record/record.js';

// The context of a record that waits in a buffer (ProcessorRecordContext):
//
//   timestamp, int64 | offset, int64 | topic | partition, int32 | count, int32 | ( name | value )*
//   texts and values: length, int32, -1 for null | bytes

/** Returns the number of bytes that `writeContext` writes. */
export function contextLength({ topic, headers }: RecordContext): number {
  let length = 28 + Buffer.byteLength(topic ?? '');
  for (const [name, value] of headers) length += 8 + Buffer.byteLength(name) + (value?.length ?? 0);
  return length;
}

/** Writes a record context at a position. Returns the position behind it. */
export function writeContext(bytes: Buffer, { timestamp, offset, topic, partition, headers }: RecordContext, at: number): number {
  let end = writeInt64(bytes, offset, writeInt64(bytes, timestamp, at));
  end = writeBytes(bytes, Buffer.from(topic ?? ''), end);
  end = bytes.writeInt32BE(headers.size, bytes.writeInt32BE(partition, end));
  for (const [name, value] of headers) end = writeBytes(bytes, value, writeBytes(bytes, Buffer.from(name), end));
  return end;
}

/** The context, without the bytes of its source record, and the position behind it. */
export function readContext(bytes: Buffer, at: number): { readonly context: RecordContext; readonly end: number } {
  const timestamp = readInt64(bytes, at);
  const offset = readInt64(bytes, at + 8);
  const topicLength = bytes.readInt32BE(at + 16);
  let end = at + 20 + topicLength;
  const topic = bytes.toString('utf8', at + 20, end);
  const partition = bytes.readInt32BE(end);
  const headers: [string, Buffer | null][] = [];
  const count = bytes.readInt32BE(end + 4);
  end += 8;
  for (let i = 0; i < count; i++) {
    const name = readBytes(bytes, end);
    const value = readBytes(bytes, name.end);
    headers.push([name.value!.toString(), value.value]);
    end = value.end;
  }
  return { context: { timestamp, offset, topic, partition, headers: Headers.of(headers), sourceKey: null, sourceValue: null }, end };
}

/** Writes the length and the bytes. Returns the position behind them. */
export function writeBytes(bytes: Buffer, value: Buffer | null, at: number): number {
  const start = bytes.writeInt32BE(value === null ? -1 : value.length, at);
  return value === null ? start : start + value.copy(bytes, start);
}

export function readBytes(bytes: Buffer, at: number): { readonly value: Buffer | null; readonly end: number } {
  const length = bytes.readInt32BE(at);
  const end = at + 4 + Math.max(0, length);
  return { value: length < 0 ? null : bytes.subarray(at + 4, end), end };
}
