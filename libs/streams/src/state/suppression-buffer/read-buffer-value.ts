import { readInt64 } from '@ouzel/core';
import type { RecordContext } from '../../record/record.js';
import type { ChangelogRecord } from '../state-store.js';
import { decodeBufferValue, type BufferValue, type TimedBufferValue } from '../buffered/buffer-value.js';
import { readBytes, readContext } from '../buffered/record-context-bytes.js';

/**
 * Reads a buffered change from a changelog, whatever version of Kafka Streams wrote it
 * (TimeOrderedKeyValueBufferChangelogDeserializationHelper). The record's header `v` has the version; without it:
 *
 *   0    time in the buffer, int64 | change
 *   1    time in the buffer, int64 | context | length, int32 | change
 *   2    context | length, int32 | change | prior | time in the buffer, int64
 *   3    see BufferValue
 *
 *   change = old | new      values: length, int32, -1 for null | bytes
 *
 * `waiting` is what was read of this key before: what was forwarded last stands in no record of the first two.
 * Undefined where it can not be read.
 */
export function readBufferValue(
  { timestamp, headers }: Omit<ChangelogRecord, 'value'>,
  value: Buffer,
  topic: string,
  waiting: BufferValue | undefined,
): TimedBufferValue | undefined {
  const bytes = Buffer.from(value);
  switch (headers.get('v')?.[0] ?? 0) {
    case 0: {
      // Offset and partition of the record that waits were not written; Kafka Streams takes those of the changelog.
      const context = { timestamp: timestamp ?? 0, offset: -1, topic, partition: -1, headers, sourceKey: null, sourceValue: null };
      return withoutPrior(bytes, 8, context, waiting);
    }
    case 1: {
      const { context, end } = readContext(bytes, 8);
      return withoutPrior(bytes, end + 4, context, waiting);
    }
    case 2:
      // 2.4.0, 2.4.1 and 2.5.0 called version 3 by this number.
      return readVersion2(bytes) ?? decodeBufferValue(bytes);
    case 3:
      return decodeBufferValue(bytes);
    default:
      return undefined;
  }
}

function withoutPrior(bytes: Buffer, at: number, context: RecordContext, waiting: BufferValue | undefined): TimedBufferValue {
  const { old, value } = readChange(bytes, at);
  return { buffered: { prior: waiting === undefined ? old : waiting.prior, old, value, context }, time: readInt64(bytes, 0) };
}

function readVersion2(bytes: Buffer): TimedBufferValue | undefined {
  try {
    const { context, end } = readContext(bytes, 0);
    const { old, value, end: changeEnd } = readChange(bytes, end + 4);
    const prior = readBytes(bytes, changeEnd);
    const isWhole = changeEnd === end + 4 + bytes.readInt32BE(end) && prior.end + 8 === bytes.length;
    return isWhole ? { buffered: { prior: prior.value, old, value, context }, time: readInt64(bytes, prior.end) } : undefined;
  } catch {
    // The only error that a buffer of bytes throws is that of reading beyond its end.
    return undefined;
  }
}

function readChange(bytes: Buffer, at: number): { readonly old: Buffer | null; readonly value: Buffer | null; readonly end: number } {
  const old = readBytes(bytes, at);
  const value = readBytes(bytes, old.end);
  return { old: old.value, value: value.value, end: value.end };
}
