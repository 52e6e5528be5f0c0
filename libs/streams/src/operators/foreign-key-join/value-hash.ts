import { murmur3 } from '../../bytes/murmur3.js';
import { Headers } from '../../serdes/headers.js';
import type { Serde } from '../../serdes/serde.js';

/** Tells the values of one row apart, in subscriptions and their answers: so equal values must have equal bytes. Null for no value. */
export function valueHash<V>(value: V | null, serde: Serde<V>, topic: string): Buffer | null {
  return value === null ? null : murmur3(serde.serialize(value, topic, Headers.empty));
}
