import { readInt64, writeInt64 } from '@ouzel/core';
import type { RecordContext } from '../../record/record.js';
import { contextLength, readBytes, readContext, writeBytes, writeContext } from './record-context-bytes.js';

/** The entry of one key in a buffer: the change that waits, and the value that was emitted last. */
export interface BufferValue {
  readonly prior: Buffer | null;
  readonly old: Buffer | null;
  readonly value: Buffer | null;
  readonly context: RecordContext;
}

/** A change, and when its key was put into the buffer first: its place there. */
export interface TimedBufferValue {
  readonly buffered: BufferValue;
  readonly time: number;
}

/** Stands for the length of an old value that is the prior one. */
const sameAsPrior = -2;

/**
 * A buffered change in a changelog (BufferValue, version 3 of InMemoryTimeOrderedKeyValueChangeBuffer):
 *
 *   context | prior | old | new | time in the buffer, int64
 *   values: length, int32, -1 for null | bytes
 *
 * An old value that equals the prior one is the length -2 alone.
 */
export function encodeBufferValue({ prior, old, value, context }: BufferValue, time: number): Buffer {
  const isSame = prior !== null && old !== null && prior.equals(old);
  const bytes = Buffer.allocUnsafe(
    contextLength(context) + 20 + (prior?.length ?? 0) + (isSame ? 0 : (old?.length ?? 0)) + (value?.length ?? 0),
  );
  let at = writeBytes(bytes, prior, writeContext(bytes, context, 0));
  at = isSame ? bytes.writeInt32BE(sameAsPrior, at) : writeBytes(bytes, old, at);
  writeInt64(bytes, time, writeBytes(bytes, value, at));
  return bytes;
}

export function decodeBufferValue(bytes: Buffer): TimedBufferValue {
  const { context, end } = readContext(bytes, 0);
  const prior = readBytes(bytes, end);
  const isSame = bytes.readInt32BE(prior.end) === sameAsPrior;
  const old = isSame ? { value: prior.value, end: prior.end + 4 } : readBytes(bytes, prior.end);
  const value = readBytes(bytes, old.end);
  return { buffered: { prior: prior.value, old: old.value, value: value.value, context }, time: readInt64(bytes, value.end) };
}

/**
 * Returns the bytes that a buffered change counts against a limit, without its key
 * (BufferValue.residentMemorySizeEstimate). Equal values count once.
 */
export function residentBytes({ prior, old, value, context }: BufferValue): number {
  const isOldPrior = prior !== null && old !== null && prior.equals(old);
  let bytes = 20 + (context.topic?.length ?? 0);
  for (const [name, header] of context.headers) bytes += name.length + (header?.length ?? 0);
  return bytes + (prior?.length ?? 0) + (isOldPrior ? 0 : (old?.length ?? 0)) + (value?.length ?? 0);
}
