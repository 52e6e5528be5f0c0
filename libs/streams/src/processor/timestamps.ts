import { durationMs, OuzelError, type Duration } from '@ouzel/core';
import type { RecordMetadata, StreamRecord } from '../record/record.js';

/**
 * Returns the time of a record, epoch ms. A negative result drops the record, which is counted. `partitionTime` is the
 * highest time so far in the partition, -1 before the first record.
 */
export type TimestampExtractor<K = unknown, V = unknown> = (record: StreamRecord<K, V> & RecordMetadata, partitionTime: number) => number;

/** How far the time of a record may be from the clock of the client. */
export interface TimeBounds<K = unknown, V = unknown> {
  /** How far the time may lie ahead. Default: any distance. */
  readonly future?: Duration;
  /** How far the time may lie behind. Default: any distance. */
  readonly past?: Duration;
  /** Returns the time that is checked. Default: the timestamp of the record; a negative one drops it. */
  readonly extractor?: TimestampExtractor<K, V>;
}

/** An extractor as the record queue uses it. */
export interface ResolvedExtractor<K = unknown, V = unknown> {
  readonly extract: TimestampExtractor<K, V>;
  /** Returns whether the extractor lets a time pass. Undefined: it lets every time pass. */
  readonly isWithin: ((timestamp: number) => boolean) | undefined;
}

/** Extractors that need the clock of the client. An extractor has none, so the record queue does their work. */
const clocked = new WeakMap<TimestampExtractor<never, never>, (now: () => number) => ResolvedExtractor<never, never>>();

/**
 * The built-in timestamp extractors. `skipInvalid` drops records with a negative timestamp
 * (LogAndSkipOnInvalidTimestamp), `partitionTimeIfInvalid` takes the highest time of the partition so far instead
 * (UsePartitionTimeOnInvalidTimestamp), `wallClock` takes the clock of the client (WallclockTimestampExtractor).
 * Without an extractor a negative timestamp fails the task.
 *
 * `within` makes an extractor that drops records whose time is too far from the clock of the client: one record with a
 * wrong clock else closes windows, and deletes the rows of tables with a ttl. They are counted as
 * `timestamp-out-of-bounds`. Kafka Streams has no such extractor.
 */
export const timestamps: {
  readonly skipInvalid: TimestampExtractor;
  readonly partitionTimeIfInvalid: TimestampExtractor;
  readonly wallClock: TimestampExtractor;
  /** @example builder.stream('payment', { timestamp: timestamps.within({ future: '1h' }) }) */
  within<K, V>(bounds: TimeBounds<K, V>): TimestampExtractor<K, V>;
} = {
  skipInvalid: ({ timestamp }) => timestamp,
  partitionTimeIfInvalid: ({ timestamp }, partitionTime) => (timestamp >= 0 ? timestamp : partitionTime),
  wallClock: needsClock('wallClock'),
  within(bounds) {
    const extractor = needsClock('within');
    const isWithin = checkOf(bounds);
    const inner = bounds.extractor ?? timestamps.skipInvalid;
    clocked.set(extractor, (now) => {
      const { extract, isWithin: isWithinInner } = resolveExtractor(inner, now);
      return { extract, isWithin: (timestamp) => isWithin(timestamp, now()) && isWithinInner?.(timestamp) !== false };
    });
    return extractor;
  },
};
clocked.set(timestamps.wallClock, (now) => ({ extract: now, isWithin: undefined }));

/** Gives an extractor the clock that it needs. `now` returns the wall clock, epoch ms. */
export function resolveExtractor<K, V>(extractor: TimestampExtractor<K, V>, now: () => number): ResolvedExtractor<K, V> {
  const resolve = clocked.get(extractor) as ((now: () => number) => ResolvedExtractor<K, V>) | undefined;
  return resolve?.(now) ?? { extract: extractor, isWithin: undefined };
}

/** Returns whether the clock decides which records the extractor drops: later it would drop others. */
export function dropsByClock<K, V>(extractor: TimestampExtractor<K, V> | undefined): boolean {
  return extractor !== undefined && resolveExtractor(extractor, () => 0).isWithin !== undefined;
}

/** Returns an extractor that can not be called by another one. */
function needsClock(name: string): TimestampExtractor {
  return () => {
    throw new OuzelError('OUZEL_TIMESTAMP', {
      what: `timestamps.${name} can not be called by another extractor`,
      help: 'Give it to the source itself.',
    });
  };
}

function checkOf({ future, past }: TimeBounds<never, never>): (timestamp: number, now: number) => boolean {
  if (future === undefined && past === undefined)
    throw new OuzelError('OUZEL_CONFIG', {
      what: 'timestamps.within has no bounds',
      help: "Write { future: '1h' }, { past: '7d' }, or both.",
    });
  const ahead = boundMs(future, 'future');
  const behind = boundMs(past, 'past');
  return (timestamp, now) => timestamp <= now + ahead && timestamp >= now - behind;
}

function boundMs(bound: Duration | undefined, name: string): number {
  const ms = bound === undefined ? Infinity : durationMs(bound, `${name} of timestamps.within`);
  if (ms >= 0) return ms;
  throw new OuzelError('OUZEL_CONFIG', { what: `${name} of timestamps.within must not be negative, not ${String(bound)}` });
}
