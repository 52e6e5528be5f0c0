import { OuzelError } from '@ouzel/core';
import type { RecordMetadata, StreamRecord } from './record.js';

/**
 * Returns the time of a record, epoch ms. A negative result drops the record, which is counted. `partitionTime` is the
 * highest time so far in the partition, -1 before the first record.
 */
export type TimestampExtractor<K = unknown, V = unknown> = (record: StreamRecord<K, V> & RecordMetadata, partitionTime: number) => number;

/**
 * The built-in timestamp extractors. `skipInvalid` drops records with a negative timestamp
 * (LogAndSkipOnInvalidTimestamp), `partitionTimeIfInvalid` takes the highest time of the partition so far instead
 * (UsePartitionTimeOnInvalidTimestamp), `wallClock` takes the clock of the client (WallclockTimestampExtractor).
 * Without an extractor a negative timestamp fails the task.
 */
export const timestamps: {
  readonly skipInvalid: TimestampExtractor;
  readonly partitionTimeIfInvalid: TimestampExtractor;
  readonly wallClock: TimestampExtractor;
} = {
  skipInvalid: ({ timestamp }) => timestamp,
  partitionTimeIfInvalid: ({ timestamp }, partitionTime) => (timestamp >= 0 ? timestamp : partitionTime),
  // Known to the record queue, which asks the client's clock: an extractor has none.
  wallClock() {
    throw new OuzelError('OUZEL_TIMESTAMP', {
      what: 'timestamps.wallClock can not be called by another extractor',
      help: 'Give it to the source itself.',
    });
  },
};
