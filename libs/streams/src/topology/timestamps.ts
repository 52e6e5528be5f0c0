import { OuzelError } from '@ouzel/core';
import type { TimestampExtractor } from './plan.js';

/**
 * The built-in timestamp extractors. `skipInvalid` drops records with a negative timestamp (LogAndSkipOnInvalidTimestamp), `partitionTimeIfInvalid` takes the
 * highest time of the partition so far instead (UsePartitionTimeOnInvalidTimestamp), `wallClock` takes the clock of the client
 * (WallclockTimestampExtractor). Without an extractor a negative timestamp fails the task.
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
