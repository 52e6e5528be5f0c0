import { readInt64, writeInt64 } from '../bytes/int64.js';
import { Headers } from '../serdes/headers.js';
import type { Serde } from '../serdes/serde.js';
import type { RecordContext } from '../processor/record.js';
import type { ValueAndTimestamp } from './store.js';

/** How a value stands in a store's rows and in its changelog. */
export interface ValueForm<V> {
  /** Decoded values may be shared between reads. */
  readonly isShareable: boolean;
  encode(value: V): Buffer;
  decode(payload: Buffer): V;
  /** The changelog's value and timestamp of a stored payload; null is a deletion, at the time of the record in process. */
  logged(payload: Buffer | null, context: RecordContext): { readonly value: Buffer | null; readonly timestamp: number };
  /** The payload of a changelog record. */
  restored(value: Buffer, timestamp: number): Buffer;
}

/** The value alone; its changelog record has the time of the record in process. */
export function plainForm<V>(serde: Serde<V>, topic: string): ValueForm<V> {
  return {
    isShareable: serde.immutable === true,
    encode: (value) => serde.serialize(value, topic, Headers.empty),
    decode: (payload) => serde.deserialize(payload, topic, Headers.empty),
    logged: (payload, { timestamp }) => ({ value: payload, timestamp }),
    restored: (value) => value,
  };
}

/**
 * The value behind its timestamp (ValueAndTimestampSerializer); in the changelog the timestamp is the record's:
 *
 *   timestamp, int64 | value
 */
export function timestampedForm<V>(serde: Serde<V>, topic: string): ValueForm<ValueAndTimestamp<V>> {
  return {
    isShareable: serde.immutable === true,
    encode({ value, timestamp }) {
      return stamped(serde.serialize(value, topic, Headers.empty), timestamp);
    },
    decode: (payload) => ({ timestamp: readInt64(payload, 0), value: serde.deserialize(payload.subarray(8), topic, Headers.empty) }),
    logged: (payload, { timestamp }) => (payload === null ? { value: null, timestamp } : { value: payload.subarray(8), timestamp: readInt64(payload, 0) }),
    restored: stamped,
  };
}

function stamped(value: Buffer, timestamp: number): Buffer {
  const payload = Buffer.allocUnsafe(8 + value.length);
  writeInt64(payload, timestamp, 0);
  value.copy(payload, 8);
  return payload;
}
