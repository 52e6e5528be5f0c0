import { partitionOf, Headers } from '@ouzel/core';
import { serialized, type Serde } from '../serdes/serde.js';
import type { WindowedSerde } from '../serdes/windowed-serdes.js';
import type { Windowed } from '../state/store.js';
import type { StreamPartitioner } from './plan.js';

/**
 * For a serde of windowed keys: the partition that the key inside would have (WindowedStreamPartitioner). Undefined for
 * others.
 */
export function innerKeyPartitioner(serde: Serde<unknown> | undefined): StreamPartitioner | undefined {
  if (serde === undefined || !('innerKey' in serde)) return undefined;
  const { innerKey } = serde as WindowedSerde<unknown>;
  return (_value, windowed, topic, partitions) =>
    partitionOf(serialized(innerKey, (windowed as Windowed<unknown>).key, topic, Headers.empty), partitions);
}
