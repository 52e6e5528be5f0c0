import type { Headers } from '@ouzel/core';

/** Why a record went no further: the closed list behind `ouzel_dropped_records_total{reason}`. */
export type DropReason =
  | 'null-key'
  | 'null-value'
  | 'null-key-or-value'
  | 'null-foreign-key'
  | 'stale-response'
  | 'late'
  | 'expired'
  | 'invalid-timestamp'
  | 'deserialization'
  | 'processing'
  | 'production'
  | 'out-of-order-version'
  | 'partitioner'
  | 'unassigned';

/** A record that went no further, with the bytes that were read. */
export interface DroppedRecord {
  readonly reason: DropReason;
  readonly node: string;
  readonly taskId: string;
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}
