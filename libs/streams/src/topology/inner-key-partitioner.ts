import { partitionOf, Headers } from '@ouzel/core';
import { serialized, type Serde } from '../serdes/serde.js';
import type { WindowedSerde } from '../serdes/windowed-serdes.js';
import type { StreamPartitioner } from './plan.js';

/** For a serde of windowed keys: the partition that the key inside would have (WindowedStreamPartitioner). Undefined for others. */
export function innerKeyPartitioner(serde: Serde<any> | undefined): StreamPartitioner<any, any> | undefined {
  if (serde === undefined || !('innerKey' in serde)) return undefined;
  const { innerKey } = serde as WindowedSerde<unknown>;
  return (_value, windowed: { readonly key: unknown }, topic, partitions) =>
    partitionOf(serialized(innerKey, windowed.key, topic, Headers.empty), partitions);
}
