import { readInt64, writeInt64, durationMs, type Duration, SerdeError } from '@ouzel/core';
import { deserialized, serdeName, serialized, type Serde } from './serde.js';

/** The times of a window, in milliseconds. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** A key with its window. */
export interface Windowed<K> {
  readonly key: K;
  readonly window: Window;
}

/**
 * A serde of windowed keys, and that of the keys inside: they alone decide the partition (WindowedStreamPartitioner).
 */
export interface WindowedSerde<K> extends Serde<Windowed<K>> {
  readonly innerKey: Serde<K>;
}

/**
 * A key of a time window in a topic of the user (TimeWindowedSerializer). The end is not written, so the size must be
 * known to read it:
 *
 *   key | window start, ms, int64
 */
export function timeWindowed<K>(inner: Serde<K>, size: Duration): WindowedSerde<K> {
  const sizeMs = durationMs(size, 'size of timeWindowed');
  return {
    name: `timeWindowed(${serdeName(inner)})`,
    innerKey: inner,
    immutable: inner.immutable === true,
    serialize: ({ key, window }, topic, headers) => withTimes(serialized(inner, key, topic, headers), window.start),
    deserialize(bytes, topic, headers) {
      const at = tail(bytes, 8);
      const start = readInt64(bytes, at);
      const end = start + sizeMs;
      return {
        key: deserialized(inner, bytes.subarray(0, at), topic, headers),
        window: { start, end: end > Number.MAX_SAFE_INTEGER ? Infinity : end },
      };
    },
  };
}

/**
 * A key of a session window in a topic of the user (SessionWindowedSerializer):
 *
 *   key | last timestamp, ms, int64 | first timestamp, ms, int64
 */
export function sessionWindowed<K>(inner: Serde<K>): WindowedSerde<K> {
  return {
    name: `sessionWindowed(${serdeName(inner)})`,
    innerKey: inner,
    immutable: inner.immutable === true,
    serialize: ({ key, window }, topic, headers) => withTimes(serialized(inner, key, topic, headers), window.end, window.start),
    deserialize(bytes, topic, headers) {
      const at = tail(bytes, 16);
      return {
        key: deserialized(inner, bytes.subarray(0, at), topic, headers),
        window: { start: readInt64(bytes, at + 8), end: readInt64(bytes, at) },
      };
    },
  };
}

function withTimes(key: Buffer, first: number, second?: number): Buffer {
  const bytes = Buffer.allocUnsafe(key.length + (second === undefined ? 8 : 16));
  const at = writeInt64(bytes, first, key.copy(bytes));
  if (second !== undefined) writeInt64(bytes, second, at);
  return bytes;
}

function tail(bytes: Buffer, size: number): number {
  if (bytes.length < size) throw new SerdeError({ what: `a windowed key has at least ${size} bytes, not ${bytes.length}` });
  return bytes.length - size;
}
