import { Headers } from '@ouzel/core';
import { BatchBuilder } from './batch-builder.js';
import { markerType } from './layout.js';

export interface MarkerHeader {
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
  readonly producerId: number;
  readonly epoch: number;
  readonly coordinatorEpoch: number;
  readonly timestamp: number;
}

/** Returns the control batch that ends a transaction in one partition (EndTransactionMarker). */
export function encodeMarker(outcome: 'commit' | 'abort', header: MarkerHeader): Buffer {
  const { producerId, epoch, coordinatorEpoch, timestamp, ...place } = header;
  const key = Buffer.alloc(4);
  key.writeInt16BE(markerType[outcome], 2);
  const value = Buffer.alloc(6);
  value.writeInt32BE(coordinatorEpoch, 2);
  const builder = new BatchBuilder(128);
  builder.append({ key, value, headers: Headers.empty }, timestamp);
  return builder.seal({ ...place, stamp: { producerId, epoch, sequence: -1 }, transactional: true, control: true });
}
