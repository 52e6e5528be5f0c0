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
