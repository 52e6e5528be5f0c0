import { murmur3, Headers } from '@ouzel/core';
import { serialized, type Serde } from '../../serdes/serde.js';

/**
 * Returns the hash by which a subscription and its response name the value of a row. Equal values must have equal
 * bytes. Null for no value.
 */
export function valueHash<V>(value: V | null, serde: Serde<V>, topic: string): Buffer | null {
  return value === null ? null : murmur3(serialized(serde, value, topic, Headers.empty));
}
