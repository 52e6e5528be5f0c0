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
  | 'timestamp-out-of-bounds'
  | 'deserialization'
  | 'processing'
  | 'production'
  | 'out-of-order-version'
  | 'partitioner'
  | 'unrouted'
  | 'unassigned';

/**
 * A record that went no further: the input record that was being processed, with the bytes that were read. In a
 * punctuation there is none: `topic`, `key` and `value` are null, `partition` and `offset` -1. Behind a buffer of
 * suppress the bytes are not known either. A record of a changelog that Kafka refuses is handed over as it is, with the
 * offset -1.
 */
export interface DroppedRecord {
  readonly reason: DropReason;
  /** The node or store that dropped it. */
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
